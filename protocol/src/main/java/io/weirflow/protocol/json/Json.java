package io.weirflow.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.protocol.WireFormatException;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Function;

/**
 * JSON trees to bytes and back. The same tree gives the same bytes: fields are written in the order in which they were put, without
 * white space.
 */
public final class Json {

    /** Deep enough for any expression that a person writes, shallow enough for a thread's stack. */
    private static final int MAX_DEPTH = 800;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /** Returns an empty object. */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Returns an array of these values, each written by {@code writer}. */
    public static <T> ArrayNode array(Collection<T> values, Function<? super T, ? extends JsonNode> writer) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(values.size());
        values.forEach(value -> array.add(writer.apply(value)));
        return array;
    }

    /**
     * Returns the tree as UTF-8.
     *
     * @throws IllegalArgumentException when it is nested too deeply
     */
    public static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Parses one JSON object.
     *
     * @param what names it in messages, such as {@code plan}
     * @throws WireFormatException when the bytes are anything else
     */
    public static JsonObject parse(byte[] bytes, String what) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new WireFormatException(what + ": not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new WireFormatException(what + ": not JSON: " + e.getMessage(), e);
        }
        return JsonObject.of(what, tree);
    }
}

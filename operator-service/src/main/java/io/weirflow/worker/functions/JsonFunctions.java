package io.weirflow.worker.functions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.weirflow.api.operator.RowException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Functions of JSON in VARCHAR. A text is read as a stream and always to its end, so that malformed JSON is an error wherever the path
 * leads. Where an object has a name twice, the first counts.
 */
public final class JsonFunctions {

    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonFunctions() {}

    public static @Nullable String jsonValue(String json, String path) throws RowException {
        return jsonValue(json, JsonPath.of(path));
    }

    public static @Nullable String jsonValue(String json, JsonPath path) throws RowException {
        return read(json, path, JsonFunctions::scalar);
    }

    public static @Nullable String jsonQuery(String json, String path) throws RowException {
        return jsonQuery(json, JsonPath.of(path));
    }

    public static @Nullable String jsonQuery(String json, JsonPath path) throws RowException {
        return read(json, path, JsonFunctions::structure);
    }

    public static boolean jsonExists(String json, String path) throws RowException {
        return jsonExists(json, JsonPath.of(path));
    }

    public static boolean jsonExists(String json, JsonPath path) throws RowException {
        return read(json, path, parser -> "") != null;
    }

    private interface Taker {
        /** Takes something from the value that the parser stands at. */
        @Nullable
        String take(JsonParser parser) throws IOException;
    }

    private static @Nullable String read(String json, JsonPath path, Taker taker) throws RowException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new RowException("malformed JSON: the text is empty");
            }
            String result = seek(parser, path.steps()) ? taker.take(parser) : null;
            finish(parser);
            return result;
        } catch (JsonProcessingException e) {
            throw new RowException("malformed JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean seek(JsonParser parser, List<JsonPath.Step> steps) throws IOException {
        for (JsonPath.Step step : steps) {
            String name = step.name();
            boolean found = name == null ? seekElement(parser, step.index()) : seekMember(parser, name);
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static boolean seekElement(JsonParser parser, int index) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            return false;
        }
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            if (i == index) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private static boolean seekMember(JsonParser parser, String name) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return false;
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean found = parser.currentName().equals(name);
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private static void finish(JsonParser parser) throws IOException, RowException {
        while (!parser.getParsingContext().inRoot()) {
            parser.nextToken();
        }
        if (parser.nextToken() != null) {
            throw new RowException("malformed JSON: text after the value");
        }
    }

    private static @Nullable String scalar(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        return token.isScalarValue() && token != JsonToken.VALUE_NULL ? parser.getText() : null;
    }

    private static @Nullable String structure(JsonParser parser) throws IOException {
        if (!parser.currentToken().isStructStart()) {
            return null;
        }
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            generator.copyCurrentStructureExact(parser);
        }
        return out.toString();
    }
}

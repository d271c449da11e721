package io.weirflow.protocol.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.weirflow.api.type.Column;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;
import java.util.List;

/** Types: {@code "VARCHAR"}, {@code {"decimal":[10,2]}}, {@code {"array":T}}, {@code {"map":T}}, {@code {"row":[columns]}}. */
final class TypeJson {

    private TypeJson() {}

    static JsonNode write(DataType type) {
        if (type instanceof DataType.Scalar scalar) {
            return TextNode.valueOf(scalar.name());
        }
        ObjectNode json = Json.object();
        if (type instanceof DataType.Decimal decimal) {
            json.putArray("decimal").add(decimal.precision()).add(decimal.scale());
        } else if (type instanceof DataType.Array array) {
            json.set("array", write(array.element()));
        } else if (type instanceof DataType.MapOf map) {
            json.set("map", write(map.value()));
        } else if (type instanceof DataType.RowOf row) {
            json.set("row", write(row.rowType()));
        }
        return json;
    }

    static JsonNode write(RowType rowType) {
        return Json.array(rowType.columns(), column -> {
            ObjectNode json = Json.object().put("name", column.name());
            json.set("type", write(column.type()));
            return json.put("nullable", column.nullable());
        });
    }

    static DataType read(JsonObject parent, String field) {
        if (parent.any(field).isTextual()) {
            return parent.constant(field, DataType.Scalar.class);
        }
        return parent.object(field, TypeJson::parametrised);
    }

    private static DataType parametrised(JsonObject json) {
        if (json.has("decimal")) {
            List<Integer> parameters = json.integers("decimal");
            if (parameters.size() != 2) {
                throw new WireFormatException(json.path() + ".decimal: expected precision and scale");
            }
            return new DataType.Decimal(parameters.get(0), parameters.get(1));
        }
        if (json.has("array")) {
            return new DataType.Array(read(json, "array"));
        }
        if (json.has("map")) {
            return new DataType.MapOf(read(json, "map"));
        }
        if (json.has("row")) {
            return new DataType.RowOf(rowType(json, "row"));
        }
        throw new WireFormatException(json.path() + ": unknown type");
    }

    static RowType rowType(JsonObject parent, String field) {
        return RowType.of(parent.objects(
                field, json -> new Column(json.text("name"), read(json, "type"), json.flag("nullable"))));
    }
}

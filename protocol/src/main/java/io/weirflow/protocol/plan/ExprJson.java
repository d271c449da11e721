package io.weirflow.protocol.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.api.expr.AggregateCall;
import io.weirflow.api.expr.AggregateFunction;
import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.expr.Projection;
import io.weirflow.api.type.DataType;
import io.weirflow.protocol.WireFormatException;
import io.weirflow.protocol.json.Json;
import io.weirflow.protocol.json.JsonObject;
import java.util.Collection;

/** Expressions, projections and aggregate calls. Field {@code e} says which kind of expression. */
final class ExprJson {

    private ExprJson() {}

    static JsonNode write(Expr expr) {
        ObjectNode json = Json.object();
        if (expr instanceof Expr.ColumnRef column) {
            json.put("e", "column").put("index", column.index());
        } else if (expr instanceof Expr.Literal literal) {
            json.put("e", "literal").set("value", LiteralJson.write(literal.type(), literal.value()));
        } else if (expr instanceof Expr.Call call) {
            json.put("e", "call").put("function", call.function().name()).set("arguments", writeAll(call.arguments()));
        } else if (expr instanceof Expr.Cast cast) {
            json.put("e", "cast").put("safe", cast.safe()).set("operand", write(cast.operand()));
        } else if (expr instanceof Expr.Case choice) {
            json.put("e", "case");
            json.set("branches", Json.array(choice.branches(), branch -> {
                ObjectNode one = Json.object();
                one.set("when", write(branch.condition()));
                return one.set("then", write(branch.result()));
            }));
            json.set("otherwise", write(choice.otherwise()));
        } else if (expr instanceof Expr.Field field) {
            json.put("e", "field").put("index", field.index()).set("row", write(field.row()));
        }
        json.set("type", TypeJson.write(expr.type()));
        return expr instanceof Expr.Literal ? json : json.put("nullable", expr.nullable());
    }

    static JsonNode writeAll(Collection<Expr> expressions) {
        return Json.array(expressions, ExprJson::write);
    }

    static Expr read(JsonObject json) {
        String kind = json.text("e");
        DataType type = TypeJson.read(json, "type");
        if (kind.equals("literal")) {
            return new Expr.Literal(type, LiteralJson.read(type, json.path() + ".value", json.any("value")));
        }
        boolean nullable = json.flag("nullable");
        return switch (kind) {
            case "column" -> new Expr.ColumnRef(json.integer("index"), type, nullable);
            case "call" ->
                new Expr.Call(
                        json.constant("function", Function.class),
                        json.objects("arguments", ExprJson::read),
                        type,
                        nullable);
            case "cast" -> new Expr.Cast(json.object("operand", ExprJson::read), type, json.flag("safe"), nullable);
            case "case" ->
                new Expr.Case(
                        json.objects("branches", ExprJson::branch),
                        json.object("otherwise", ExprJson::read),
                        type,
                        nullable);
            case "field" -> new Expr.Field(json.object("row", ExprJson::read), json.integer("index"), type, nullable);
            default -> throw new WireFormatException(json.path() + ": unknown kind of expression '" + kind + "'");
        };
    }

    private static Expr.Branch branch(JsonObject json) {
        return new Expr.Branch(json.object("when", ExprJson::read), json.object("then", ExprJson::read));
    }

    static JsonNode write(Projection projection) {
        ObjectNode json = Json.object();
        projection.names().forEach(json.putArray("names")::add);
        return json.set("expressions", writeAll(projection.expressions()));
    }

    static Projection projection(JsonObject json) {
        return new Projection(json.texts("names"), json.objects("expressions", ExprJson::read));
    }

    static JsonNode write(AggregateCall call) {
        ObjectNode json = Json.object().put("function", call.function().name());
        json.set("arguments", writeAll(call.arguments()));
        json.put("distinct", call.distinct());
        if (call.filter() != null) {
            json.set("filter", write(call.filter()));
        }
        json.set("type", TypeJson.write(call.type()));
        return json.put("nullable", call.nullable());
    }

    static AggregateCall aggregate(JsonObject json) {
        return new AggregateCall(
                json.constant("function", AggregateFunction.class),
                json.objects("arguments", ExprJson::read),
                json.flag("distinct"),
                json.optional("filter", ExprJson::read),
                TypeJson.read(json, "type"),
                json.flag("nullable"));
    }
}

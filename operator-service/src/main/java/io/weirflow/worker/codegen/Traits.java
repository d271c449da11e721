package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.worker.codegen.FunctionLibrary.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the emitter must know of each node of the trees of one class. Nullability is worked out anew from columns and literals: it is
 * often narrower than what the plan says, and cannot contradict the emitted code.
 */
final class Traits {

    /**
     * The largest weight of one method. A node takes about 20 bytes of code: this keeps methods below the 8,000 bytes over which HotSpot
     * does not compile.
     */
    static final int MAX_METHOD_WEIGHT = 200;

    /** The traits of one node. {@code weight} counts the nodes that are emitted into the same method. */
    private record Node(
            boolean nullable,
            boolean canFail,
            int weight,
            @Nullable Target target) {}

    private final Map<Expr, Node> nodes = new IdentityHashMap<>();
    private final Map<Expr, Boolean> outlined = new IdentityHashMap<>();

    /** Works out the traits of a tree, from the leaves up. To be called before the others. */
    void analyse(Expr root) {
        for (Expr node : Trees.childrenFirst(root)) {
            if (!nodes.containsKey(node)) {
                nodes.put(node, traits(node));
            }
        }
    }

    boolean nullable(Expr expression) {
        return node(expression).nullable;
    }

    boolean canFail(Expr expression) {
        return node(expression).canFail;
    }

    int weight(Expr expression) {
        return node(expression).weight;
    }

    Crossing crossing(Expr expression) {
        return new Crossing(JvmType.of(expression.type()), nullable(expression));
    }

    /** Visits the nodes that are emitted into the method of a root, also where a node occurs twice. */
    void forEachInMethod(Expr root, Consumer<Expr> visitor) {
        Deque<Expr> stack = new ArrayDeque<>(List.of(root));
        while (!stack.isEmpty()) {
            Expr node = stack.pop();
            visitor.accept(node);
            for (Expr child : Trees.children(node)) {
                if (!outlined(child)) {
                    stack.push(child);
                }
            }
        }
    }

    /** Returns whether the node gets a method of its own. */
    boolean outlined(Expr expression) {
        return outlined.containsKey(expression);
    }

    /** Returns whether any node gets a method of its own. */
    boolean anyOutlined() {
        return !outlined.isEmpty();
    }

    /** Returns the method of a function or cast that is not built in. */
    Target target(Expr expression) {
        Target target = node(expression).target;
        if (target == null) {
            throw new IllegalStateException("no method for " + expression);
        }
        return target;
    }

    private Node node(Expr expression) {
        return Objects.requireNonNull(nodes.get(expression), "a node that was not analysed");
    }

    private Node traits(Expr expression) {
        if (expression instanceof Expr.ColumnRef column) {
            return new Node(column.nullable(), false, 1, null);
        } else if (expression instanceof Expr.Literal literal) {
            return new Node(literal.value() == null, false, 1, null);
        } else if (expression instanceof Expr.Field field) {
            boolean nullable = field.nullable() || nullable(field.row());
            return new Node(nullable, canFail(field.row()), weigh(List.of(field.row())), null);
        } else if (expression instanceof Expr.Cast cast) {
            return cast(cast);
        } else if (expression instanceof Expr.Case choice) {
            return choice(choice);
        }
        return call((Expr.Call) expression);
    }

    private Node cast(Expr.Cast cast) {
        Expr operand = cast.operand();
        int weight = weigh(List.of(operand));
        if (operand.type().equals(cast.type())) {
            return new Node(nullable(operand), canFail(operand), weight, null);
        }
        Target target = FunctionLibrary.cast(cast);
        boolean nullable = nullable(operand) || (cast.safe() && target.canFail());
        return new Node(nullable, canFail(operand) || (!cast.safe() && target.canFail()), weight, target);
    }

    private Node choice(Expr.Case choice) {
        boolean nullable = nullable(choice.otherwise());
        for (Expr.Branch branch : choice.branches()) {
            nullable |= nullable(branch.result());
        }
        List<Expr> children = Trees.children(choice);
        return new Node(nullable, anyCanFail(children), weigh(children), null);
    }

    private Node call(Expr.Call call) {
        List<Expr> arguments = call.arguments();
        boolean fails = anyCanFail(arguments);
        boolean anyNull = arguments.stream().anyMatch(this::nullable);
        int weight = weigh(ConstantSet.isConstant(call) ? arguments.subList(0, 1) : arguments);
        return switch (call.function()) {
            case AND, OR, NOT, EQ, NE, LT, LE, GT, GE, IN -> new Node(anyNull, fails, weight, null);
            case IS_NULL,
                    IS_NOT_NULL,
                    IS_TRUE,
                    IS_NOT_TRUE,
                    IS_FALSE,
                    IS_NOT_FALSE,
                    IS_DISTINCT_FROM,
                    IS_NOT_DISTINCT_FROM,
                    ARRAY_OF -> new Node(false, fails, weight, null);
            case COALESCE -> new Node(arguments.stream().allMatch(this::nullable), fails, weight, null);
            case GREATEST, LEAST, CONCAT ->
                new Node(anyNull, fails, weight, arguments.size() < 2 ? null : FunctionLibrary.pairwise(call));
            default -> {
                Target target = FunctionLibrary.function(call);
                yield new Node(anyNull || target.mayReturnNull(), fails || target.canFail(), weight, target);
            }
        };
    }

    private boolean anyCanFail(List<Expr> expressions) {
        return expressions.stream().anyMatch(this::canFail);
    }

    /** Sums up the weights, after the heaviest children were given methods of their own when it is too much. */
    private int weigh(List<Expr> children) {
        int sum = 1;
        for (Expr child : children) {
            sum += weight(child);
        }
        if (sum <= MAX_METHOD_WEIGHT) {
            return sum;
        }
        List<Expr> heaviestFirst = new ArrayList<>(children);
        heaviestFirst.sort(Comparator.comparingInt(this::weight).reversed());
        for (Expr child : heaviestFirst) {
            Node node = node(child);
            if (sum <= MAX_METHOD_WEIGHT || node.weight <= 2) {
                break;
            }
            if (outlined.put(child, true) == null) {
                nodes.put(child, new Node(node.nullable, node.canFail, 1, node.target));
            }
            sum -= node.weight - 1;
        }
        return sum;
    }

    /** Returns whether a call is of a function that the emitter writes as branches. */
    static boolean isCondition(Function function) {
        return switch (function) {
            case AND,
                    OR,
                    NOT,
                    IS_NULL,
                    IS_NOT_NULL,
                    IS_TRUE,
                    IS_NOT_TRUE,
                    IS_FALSE,
                    IS_NOT_FALSE,
                    EQ,
                    NE,
                    LT,
                    LE,
                    GT,
                    GE,
                    IS_DISTINCT_FROM,
                    IS_NOT_DISTINCT_FROM,
                    IN -> true;
            default -> false;
        };
    }
}

package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.DataType;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Compiles expressions to byte code, one hidden class for each predicate or projection that differs from those before; they are unloaded with the
 * compiler and those who use them. Safe for use by several threads.
 *
 * <p>Values that are words or doubles are primitives on the JVM's stack, and NULL is a jump ({@link MethodEmitter}). Evaluation goes from
 * left to right: a function stops at its first NULL argument, AND and OR at the first operand that decides, IN at the first that is
 * equal, CASE and COALESCE at their result; what is not evaluated cannot fail. Trees of any size are compiled: what is too large for one
 * method is divided ({@link Traits}).
 */
public final class ExpressionCompiler {

    private static final String MUTABLE_ROW = Type.getInternalName(MutableRow.class);
    private static final String MAP_DESCRIPTOR =
            Type.getMethodDescriptor(Type.VOID_TYPE, Type.getType(Row.class), Type.getType(MutableRow.class));
    private static final String TEST_DESCRIPTOR = Type.getMethodDescriptor(Type.BOOLEAN_TYPE, Type.getType(Row.class));

    private final CodeCache cache = new CodeCache();
    private final CodecCompiler codecs = new CodecCompiler();
    private final ChainCompiler chains = new ChainCompiler();

    public ExpressionCompiler() {}

    /** Returns what compiles codecs for the same slots. */
    public CodecCompiler codecs() {
        return codecs;
    }

    /** Returns what compiles runs of steps for the same slots. */
    public ChainCompiler chains() {
        return chains;
    }

    /**
     * Compiles a condition.
     *
     * @param condition of type BOOLEAN
     * @throws IllegalArgumentException when the tree is not well typed
     */
    public RowPredicate predicate(Expr condition) {
        if (condition.type() != DataType.Scalar.BOOLEAN) {
            throw new IllegalArgumentException(
                    "a condition is BOOLEAN, not " + condition.type().sql());
        }
        return cache.get(RowPredicate.class, condition, List.of(condition), () -> compile(condition));
    }

    private static RowPredicate compile(Expr condition) {
        Expr tree = WideNodes.split(condition);
        Traits traits = new Traits();
        traits.analyse(tree);
        ClassEmitter owner = new ClassEmitter(traits, RowPredicate.class);
        owner.method(Opcodes.ACC_PUBLIC, "test", TEST_DESCRIPTOR, method -> {
            Label isTrue = new Label();
            Label isFalse = new Label();
            MethodEmitter emitter = new MethodEmitter(owner, method, 1, 2);
            emitter.columns().cache(List.of(tree));
            emitter.conditions().branch(tree, isTrue, isFalse, isFalse, isTrue);
            method.visitLabel(isTrue);
            method.visitInsn(Opcodes.ICONST_1);
            method.visitInsn(Opcodes.IRETURN);
            method.visitLabel(isFalse);
            method.visitInsn(Opcodes.ICONST_0);
            method.visitInsn(Opcodes.IRETURN);
        });
        return owner.instance(RowPredicate.class);
    }

    /**
     * Compiles expressions that are evaluated together, in their order.
     *
     * @throws IllegalArgumentException when a tree is not well typed
     */
    public RowMapper mapper(List<Expr> expressions) {
        List<Expr> source = List.copyOf(expressions);
        return cache.get(RowMapper.class, source, source, () -> compile(source));
    }

    private static RowMapper compile(List<Expr> expressions) {
        List<Expr> trees = expressions.stream().map(WideNodes::split).toList();
        ClassEmitter owner = new ClassEmitter(new Traits(), RowMapper.class);
        trees.forEach(owner.traits()::analyse);
        List<List<Expr>> groups = groups(trees, owner.traits());
        owner.method(Opcodes.ACC_PUBLIC, "map", MAP_DESCRIPTOR, method -> {
            if (groups.size() == 1) {
                assignAll(owner, method, 1, groups.get(0), 0);
            } else {
                callGroups(owner, method, groups);
            }
            method.visitInsn(Opcodes.RETURN);
        });
        return owner.instance(RowMapper.class);
    }

    /** Divides columns between methods. */
    private static List<List<Expr>> groups(List<Expr> trees, Traits traits) {
        List<List<Expr>> groups = new ArrayList<>();
        List<Expr> group = new ArrayList<>();
        int weight = 0;
        for (Expr tree : trees) {
            int more = traits.weight(tree) + 1;
            if (weight + more > Traits.MAX_METHOD_WEIGHT && !group.isEmpty()) {
                groups.add(group);
                group = new ArrayList<>();
                weight = 0;
            }
            group.add(tree);
            weight += more;
        }
        groups.add(group);
        return groups;
    }

    private static void callGroups(ClassEmitter owner, MethodVisitor method, List<List<Expr>> groups) {
        int first = 0;
        for (List<Expr> group : groups) {
            int column = first;
            String name = owner.later(MAP_DESCRIPTOR, body -> {
                assignAll(owner, body, 0, group, column);
                body.visitInsn(Opcodes.RETURN);
            });
            method.visitVarInsn(Opcodes.ALOAD, 1);
            method.visitVarInsn(Opcodes.ALOAD, 2);
            owner.call(method, name, MAP_DESCRIPTOR);
            first += group.size();
        }
    }

    private static void assignAll(
            ClassEmitter owner, MethodVisitor method, int rowLocal, List<Expr> trees, int firstColumn) {
        MethodEmitter emitter = new MethodEmitter(owner, method, rowLocal, rowLocal + 2);
        emitter.columns().cache(trees);
        for (int i = 0; i < trees.size(); i++) {
            assign(emitter, owner.traits(), method, trees.get(i), rowLocal + 1, firstColumn + i);
        }
    }

    /** The row and the column wait on the stack for the setter, be it of a value or of NULL. */
    static void assign(
            MethodEmitter emitter, Traits traits, MethodVisitor method, Expr tree, int outLocal, int column) {
        JvmType type = JvmType.of(tree.type());
        Label isNull = new Label();
        Label end = new Label();
        method.visitVarInsn(Opcodes.ALOAD, outLocal);
        method.visitLdcInsn(column);
        emitter.value(tree, isNull);
        String descriptor = Type.getMethodDescriptor(Type.VOID_TYPE, Type.INT_TYPE, Type.getType(type.rowClass()));
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, MUTABLE_ROW, type.setter(), descriptor, false);
        if (traits.nullable(tree)) {
            method.visitJumpInsn(Opcodes.GOTO, end);
            method.visitLabel(isNull);
            method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, MUTABLE_ROW, "setNull", "(I)V", false);
            method.visitLabel(end);
        }
    }
}

package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The columns that a method holds in variables: those of its row that are read more than once, and those that the row does not have because
 * a projection of the same method makes them. What writes a variable must not stand in a branch.
 */
final class ColumnLocals {

    /** Each takes a variable in every frame of the method. */
    private static final int MAX_CACHED_COLUMNS = 32;

    private final MethodEmitter values;
    private final MethodVisitor method;
    private final Traits traits;
    private final int rowLocal;
    private final Map<Integer, Variable> variables = new HashMap<>();
    private int cachedColumns;

    /** {@code nullLocal} is not 0 for NULL, or is -1 if the column is never NULL or an object, whose NULL is null. */
    private record Variable(JvmType type, int valueLocal, int nullLocal) {}

    /** @param rowLocal the variable that holds the row */
    ColumnLocals(MethodEmitter values, MethodVisitor method, Traits traits, int rowLocal) {
        this.values = values;
        this.method = method;
        this.traits = traits;
        this.rowLocal = rowLocal;
    }

    /**
     * Reads the columns of primitives that occur more than once. Objects are not read ahead: to make one may cost more than all the rest,
     * and a condition before it may be FALSE.
     *
     * @param trees all that the method evaluates itself
     */
    void cache(List<Expr> trees) {
        cache(trees, trees);
    }

    /**
     * As {@link #cache(List)}, but reads those columns only that are about to be evaluated.
     *
     * @param all all that the method evaluates itself
     * @param next the part of it that comes next
     */
    void cache(List<Expr> all, List<Expr> next) {
        Map<Integer, Expr.ColumnRef> seen = new TreeMap<>();
        Set<Integer> repeated = new TreeSet<>();
        forEachPrimitive(all, column -> {
            Expr.ColumnRef before = seen.put(column.index(), column);
            if (before != null) {
                repeated.add(column.index());
                seen.put(column.index(), before.nullable() ? before : column);
            }
        });
        Set<Integer> wanted = new TreeSet<>();
        forEachPrimitive(next, column -> wanted.add(column.index()));
        for (int index : wanted) {
            Expr.ColumnRef column = seen.get(index);
            boolean isNew = repeated.contains(index) && !variables.containsKey(index);
            if (column != null && isNew && cachedColumns < MAX_CACHED_COLUMNS) {
                variables.put(index, read(column));
                cachedColumns++;
            }
        }
    }

    private void forEachPrimitive(List<Expr> trees, Consumer<Expr.ColumnRef> visitor) {
        for (Expr tree : trees) {
            traits.forEachInMethod(tree, node -> {
                if (node instanceof Expr.ColumnRef column
                        && JvmType.of(column.type()).isPrimitive()) {
                    visitor.accept(column);
                }
            });
        }
    }

    private Variable read(Expr.ColumnRef column) {
        JvmType type = JvmType.of(column.type());
        return write(type, column.nullable(), onNull -> {
            method.visitVarInsn(Opcodes.ALOAD, rowLocal);
            values.getColumn(rowLocal, column.index(), type, column.nullable(), onNull);
        });
    }

    /**
     * Evaluates a tree, and makes its value a column.
     *
     * @param index not that of a column of the row
     */
    void define(int index, Expr tree) {
        Variable made = write(JvmType.of(tree.type()), traits.nullable(tree), onNull -> values.value(tree, onNull));
        variables.put(index, made);
    }

    /** Until it is known that there is a value the variables say NULL, since the jump goes past the code that sets them. */
    private Variable write(JvmType type, boolean nullable, Consumer<Label> value) {
        int valueLocal = values.newLocal(type.slots());
        int nullLocal = nullable && type.isPrimitive() ? values.newLocal(1) : -1;
        Label isNull = new Label();
        if (nullable) {
            method.visitInsn(type.zeroOpcode());
            method.visitVarInsn(type.storeOpcode(), valueLocal);
        }
        if (nullLocal >= 0) {
            method.visitInsn(Opcodes.ICONST_1);
            method.visitVarInsn(Opcodes.ISTORE, nullLocal);
        }
        value.accept(isNull);
        method.visitVarInsn(type.storeOpcode(), valueLocal);
        if (nullLocal >= 0) {
            method.visitInsn(Opcodes.ICONST_0);
            method.visitVarInsn(Opcodes.ISTORE, nullLocal);
        }
        if (nullable) {
            method.visitLabel(isNull);
        }
        return new Variable(type, valueLocal, nullLocal);
    }

    /** Leaves a column's value on the stack, or jumps. */
    void load(Expr.ColumnRef column, Label onNull) {
        Variable variable = variables.get(column.index());
        JvmType type = JvmType.of(column.type());
        if (variable == null || variable.type() != type) {
            method.visitVarInsn(Opcodes.ALOAD, rowLocal);
            values.getColumn(rowLocal, column.index(), type, column.nullable(), onNull);
            return;
        }
        if (column.nullable() && variable.nullLocal() >= 0) {
            method.visitVarInsn(Opcodes.ILOAD, variable.nullLocal());
            method.visitJumpInsn(Opcodes.IFNE, onNull);
        } else if (column.nullable() && !type.isPrimitive()) {
            method.visitVarInsn(Opcodes.ALOAD, variable.valueLocal());
            method.visitJumpInsn(Opcodes.IFNULL, onNull);
        }
        method.visitVarInsn(type.loadOpcode(), variable.valueLocal());
        if (!type.isPrimitive()) {
            method.visitTypeInsn(Opcodes.CHECKCAST, type.type().getInternalName());
        }
    }
}

package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.row.Row;
import io.weirflow.worker.codegen.FunctionLibrary.Argument;
import io.weirflow.worker.codegen.FunctionLibrary.Evaluated;
import io.weirflow.worker.codegen.FunctionLibrary.Prepared;
import io.weirflow.worker.codegen.FunctionLibrary.Target;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the code of values into one method; {@link ConditionEmitter} does so for conditions.
 *
 * <p>NULL is a place in the code, not a value: {@link #value} leaves a value that is not NULL on the stack or jumps to {@code onNull}.
 * At the jump the stack is as it was before. So an argument after which a NULL may still come is kept in a local variable until that is
 * decided. An expression that cannot be NULL never jumps there.
 */
final class MethodEmitter {

    private static final String ROW = Type.getInternalName(Row.class);

    /** What fits into the constant pool in UTF-8 in any case. */
    private static final int MAX_INLINE_TEXT = 10_000;

    private final ClassEmitter owner;
    private final MethodVisitor method;
    private final Traits traits;
    private final ConditionEmitter conditions;
    private final int rowLocal;
    private final ColumnLocals columns;
    private int nextLocal;

    /**
     * Creates an emitter.
     *
     * @param rowLocal the variable that holds the input row
     * @param nextLocal the first free variable
     */
    MethodEmitter(ClassEmitter owner, MethodVisitor method, int rowLocal, int nextLocal) {
        this.owner = owner;
        this.method = method;
        this.traits = owner.traits();
        this.rowLocal = rowLocal;
        this.nextLocal = nextLocal;
        this.conditions = new ConditionEmitter(this, owner, method);
        this.columns = new ColumnLocals(this, method, traits, rowLocal);
    }

    ConditionEmitter conditions() {
        return conditions;
    }

    ColumnLocals columns() {
        return columns;
    }

    int newLocal(int slots) {
        int local = nextLocal;
        nextLocal += slots;
        return local;
    }

    int localsMark() {
        return nextLocal;
    }

    /** Gives up the variables made since the mark. */
    void releaseLocals(int mark) {
        nextLocal = mark;
    }

    /** Writes the whole body of the method of an outlined sub-tree. */
    void returnCrossing(Expr expression) {
        columns.cache(List.of(expression));
        Crossing crossing = traits.crossing(expression);
        Label onNull = new Label();
        inlineValue(expression, onNull);
        crossing.returnValue(method);
        if (crossing.nullable()) {
            method.visitLabel(onNull);
            crossing.returnNull(method);
        }
    }

    /** Leaves the value on the stack, or jumps. */
    void value(Expr expression, Label onNull) {
        int mark = localsMark();
        if (traits.outlined(expression)) {
            method.visitVarInsn(Opcodes.ALOAD, rowLocal);
            owner.callOutlined(method, expression);
            traits.crossing(expression).unpack(method, newLocal(2), onNull);
        } else {
            inlineValue(expression, onNull);
        }
        releaseLocals(mark);
    }

    private void inlineValue(Expr expression, Label onNull) {
        if (expression instanceof Expr.ColumnRef column) {
            columns.load(column, onNull);
        } else if (expression instanceof Expr.Literal literal) {
            literal(literal, onNull);
        } else if (expression instanceof Expr.Field field) {
            field(field, onNull);
        } else if (expression instanceof Expr.Cast cast) {
            cast(cast, onNull);
        } else if (expression instanceof Expr.Case choice) {
            choice(choice, onNull);
        } else {
            call((Expr.Call) expression, onNull);
        }
    }

    /** Gets a column of the row on the stack, which is also in a variable. */
    void getColumn(int row, int index, JvmType type, boolean nullable, Label onNull) {
        if (nullable && type.isPrimitive()) {
            method.visitLdcInsn(index);
            method.visitMethodInsn(Opcodes.INVOKEINTERFACE, ROW, "isNull", "(I)Z", true);
            method.visitJumpInsn(Opcodes.IFNE, onNull);
            method.visitVarInsn(Opcodes.ALOAD, row);
        }
        method.visitLdcInsn(index);
        String descriptor = Type.getMethodDescriptor(Type.getType(type.rowClass()), Type.INT_TYPE);
        method.visitMethodInsn(Opcodes.INVOKEINTERFACE, ROW, type.getter(), descriptor, true);
        if (!type.isPrimitive()) {
            if (nullable) {
                checkNull(onNull);
            }
            method.visitTypeInsn(Opcodes.CHECKCAST, type.type().getInternalName());
        }
    }

    /** Jumps if the object on the stack is null. */
    private void checkNull(Label onNull) {
        int local = newLocal(1);
        method.visitVarInsn(Opcodes.ASTORE, local);
        method.visitVarInsn(Opcodes.ALOAD, local);
        method.visitJumpInsn(Opcodes.IFNULL, onNull);
        method.visitVarInsn(Opcodes.ALOAD, local);
    }

    private void literal(Expr.Literal literal, Label onNull) {
        Object value = literal.value();
        JvmType type = JvmType.of(literal.type());
        if (value == null) {
            method.visitJumpInsn(Opcodes.GOTO, onNull);
        } else if (type == JvmType.BOOLEAN) {
            method.visitInsn((Boolean) value ? Opcodes.ICONST_1 : Opcodes.ICONST_0);
        } else if (type.isPrimitive() || (value instanceof String text && text.length() <= MAX_INLINE_TEXT)) {
            method.visitLdcInsn(type.boxClass().cast(value));
        } else {
            owner.constant(method, value, type.javaClass());
        }
    }

    private void field(Expr.Field field, Label onNull) {
        value(field.row(), onNull);
        int row = newLocal(1);
        method.visitVarInsn(Opcodes.ASTORE, row);
        method.visitVarInsn(Opcodes.ALOAD, row);
        getColumn(row, field.index(), JvmType.of(field.type()), field.nullable(), onNull);
    }

    private void cast(Expr.Cast cast, Label onNull) {
        Expr operand = cast.operand();
        value(operand, onNull);
        if (operand.type().equals(cast.type())) {
            return;
        }
        Target target = traits.target(cast);
        if (!cast.safe() || !target.canFail()) {
            invoke(target);
            return;
        }
        Crossing crossing = new Crossing(JvmType.of(cast.type()), true);
        JvmType from = JvmType.of(operand.type());
        String descriptor = Type.getMethodDescriptor(crossing.type(), from.type());
        owner.call(method, owner.later(descriptor, body -> tryCast(body, target, from, crossing)), descriptor);
        crossing.unpack(method, newLocal(2), onNull);
    }

    /** A handler empties the stack, so TRY_CAST has a method of its own. */
    private static void tryCast(MethodVisitor body, Target target, JvmType from, Crossing crossing) {
        Label start = new Label();
        Label end = new Label();
        Label handler = new Label();
        body.visitTryCatchBlock(start, end, handler, Type.getInternalName(RowException.class));
        body.visitLabel(start);
        body.visitVarInsn(from.loadOpcode(), 0);
        invoke(body, target);
        crossing.returnValue(body);
        body.visitLabel(end);
        body.visitLabel(handler);
        body.visitInsn(Opcodes.POP);
        crossing.returnNull(body);
    }

    private void choice(Expr.Case choice, Label onNull) {
        Label end = new Label();
        for (Expr.Branch branch : choice.branches()) {
            Label then = new Label();
            Label next = new Label();
            conditions.branch(branch.condition(), then, next, next, then);
            method.visitLabel(then);
            value(branch.result(), onNull);
            method.visitJumpInsn(Opcodes.GOTO, end);
            method.visitLabel(next);
        }
        value(choice.otherwise(), onNull);
        method.visitLabel(end);
    }

    private void call(Expr.Call call, Label onNull) {
        Function function = call.function();
        if (Traits.isCondition(function)) {
            conditions.value(call, onNull);
            return;
        }
        switch (function) {
            case COALESCE -> coalesce(call.arguments(), onNull);
            case GREATEST, LEAST, CONCAT -> fold(call, onNull);
            case ARRAY_OF -> array(call.arguments());
            default -> callTarget(traits.target(call), JvmType.of(call.type()), onNull);
        }
    }

    private void coalesce(List<Expr> arguments, Label onNull) {
        Label end = new Label();
        for (int i = 0; i < arguments.size(); i++) {
            boolean last = i == arguments.size() - 1 || !traits.nullable(arguments.get(i));
            Label next = last ? onNull : new Label();
            value(arguments.get(i), next);
            if (last) {
                break;
            }
            method.visitJumpInsn(Opcodes.GOTO, end);
            method.visitLabel(next);
        }
        method.visitLabel(end);
    }

    /** All arguments onto the stack, then from the last to the first two by two. */
    private void fold(Expr.Call call, Label onNull) {
        values(call.arguments(), onNull);
        for (int i = 1; i < call.arguments().size(); i++) {
            invoke(traits.target(call));
        }
    }

    private void array(List<Expr> elements) {
        method.visitLdcInsn(elements.size());
        method.visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
        for (int i = 0; i < elements.size(); i++) {
            Expr element = elements.get(i);
            Label isNull = new Label();
            Label end = new Label();
            method.visitInsn(Opcodes.DUP);
            method.visitLdcInsn(i);
            value(element, isNull);
            Crossing.box(method, JvmType.of(element.type()));
            method.visitInsn(Opcodes.AASTORE);
            if (traits.nullable(element)) {
                method.visitJumpInsn(Opcodes.GOTO, end);
                method.visitLabel(isNull);
                method.visitInsn(Opcodes.POP2);
                method.visitLabel(end);
            }
        }
        method.visitMethodInsn(
                Opcodes.INVOKESTATIC,
                "io/weirflow/worker/functions/CollectionFunctions",
                "arrayOf",
                "([Ljava/lang/Object;)Ljava/util/List;",
                false);
    }

    private void callTarget(Target target, JvmType result, Label onNull) {
        List<Expr> evaluated = target.arguments().stream()
                .filter(Evaluated.class::isInstance)
                .map(argument -> ((Evaluated) argument).expression())
                .toList();
        if (evaluated.size() == target.arguments().size() && !boxes(target)) {
            values(evaluated, onNull);
        } else {
            mixedArguments(target.arguments(), evaluated, onNull);
        }
        invoke(target);
        if (target.mayReturnNull()) {
            checkNull(onNull);
        }
        if (target.method().getReturnType() == Object.class) {
            method.visitTypeInsn(Opcodes.CHECKCAST, Type.getInternalName(result.boxClass()));
            Crossing.unbox(method, result);
        }
    }

    private static boolean boxes(Target target) {
        return target.arguments().stream().anyMatch(argument -> argument.parameter() == Object.class);
    }

    /** Prepared constants stand between the values, so these go through variables. */
    private void mixedArguments(List<Argument> arguments, List<Expr> evaluated, Label onNull) {
        int[] locals = store(evaluated, evaluated.size(), onNull);
        int next = 0;
        for (Argument argument : arguments) {
            if (argument instanceof Prepared prepared) {
                owner.constant(method, prepared.value(), prepared.parameter());
                continue;
            }
            JvmType type = JvmType.of(evaluated.get(next).type());
            method.visitVarInsn(type.loadOpcode(), locals[next]);
            if (argument.parameter() == Object.class) {
                Crossing.box(method, type);
            }
            next++;
        }
    }

    /** Leaves the values on the stack in their order, or jumps at the first that is NULL; later ones are then not evaluated. */
    void values(List<Expr> expressions, Label onNull) {
        int stored = 0;
        for (int i = 1; i < expressions.size(); i++) {
            if (traits.nullable(expressions.get(i))) {
                stored = i;
            }
        }
        int[] locals = store(expressions, stored, onNull);
        if (stored > 0) {
            JvmType lastType = JvmType.of(expressions.get(stored).type());
            int last = newLocal(lastType.slots());
            value(expressions.get(stored), onNull);
            method.visitVarInsn(lastType.storeOpcode(), last);
            for (int i = 0; i < stored; i++) {
                method.visitVarInsn(JvmType.of(expressions.get(i).type()).loadOpcode(), locals[i]);
            }
            method.visitVarInsn(lastType.loadOpcode(), last);
        }
        for (int i = stored > 0 ? stored + 1 : 0; i < expressions.size(); i++) {
            value(expressions.get(i), onNull);
        }
    }

    /** Evaluates the first {@code count} into variables. */
    private int[] store(List<Expr> expressions, int count, Label onNull) {
        int[] locals = new int[count];
        for (int i = 0; i < count; i++) {
            JvmType type = JvmType.of(expressions.get(i).type());
            value(expressions.get(i), onNull);
            locals[i] = newLocal(type.slots());
            method.visitVarInsn(type.storeOpcode(), locals[i]);
        }
        return locals;
    }

    private void invoke(Target target) {
        invoke(method, target);
    }

    private static void invoke(MethodVisitor method, Target target) {
        target.suffix().forEach(method::visitLdcInsn);
        method.visitMethodInsn(
                Opcodes.INVOKESTATIC,
                Type.getInternalName(target.method().getDeclaringClass()),
                target.method().getName(),
                Type.getMethodDescriptor(target.method()),
                false);
    }
}

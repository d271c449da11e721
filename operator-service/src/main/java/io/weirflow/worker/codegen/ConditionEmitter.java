package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.expr.Function;
import io.weirflow.worker.functions.Comparisons;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes conditions as jumps to one of three places: TRUE, FALSE and NULL. No boolean is made where none is asked for.
 *
 * <p>A NULL operand does not decide an AND or OR, so what follows is evaluated and may fail: that an operand was NULL is noted in a
 * variable. Only where NULL has the same effect as the deciding value and nothing that follows can fail does the code jump at once.
 */
final class ConditionEmitter {

    private static final String COMPARISONS = Type.getInternalName(Comparisons.class);

    private final MethodEmitter values;
    private final ClassEmitter owner;
    private final MethodVisitor method;
    private final Traits traits;

    ConditionEmitter(MethodEmitter values, ClassEmitter owner, MethodVisitor method) {
        this.values = values;
        this.owner = owner;
        this.method = method;
        this.traits = owner.traits();
    }

    /** Leaves 1 or 0 on the stack, or jumps. */
    void value(Expr.Call condition, Label onNull) {
        Label isTrue = new Label();
        Label isFalse = new Label();
        Label end = new Label();
        branchCall(condition, isTrue, isFalse, onNull, isTrue);
        method.visitLabel(isTrue);
        method.visitInsn(Opcodes.ICONST_1);
        method.visitJumpInsn(Opcodes.GOTO, end);
        method.visitLabel(isFalse);
        method.visitInsn(Opcodes.ICONST_0);
        method.visitLabel(end);
    }

    /**
     * Jumps to one of three places.
     *
     * @param next the label that the caller places right behind this code, so that no jump there is needed; null if it places none
     */
    void branch(Expr condition, Label isTrue, Label isFalse, Label isNull, Label next) {
        int mark = values.localsMark();
        if (!traits.outlined(condition) && condition instanceof Expr.Call call && Traits.isCondition(call.function())) {
            branchCall(call, isTrue, isFalse, isNull, next);
        } else if (condition instanceof Expr.Literal literal) {
            Object value = literal.value();
            jump(value == null ? isNull : (Boolean) value ? isTrue : isFalse, next);
        } else {
            values.value(condition, isNull);
            jumpIf(Opcodes.IFNE, Opcodes.IFEQ, isTrue, isFalse, next);
        }
        values.releaseLocals(mark);
    }

    private void branchCall(Expr.Call call, Label isTrue, Label isFalse, Label isNull, Label next) {
        List<Expr> arguments = call.arguments();
        Expr first = arguments.get(0);
        switch (call.function()) {
            case AND -> junction(arguments, isTrue, isFalse, isNull, true);
            case OR -> junction(arguments, isFalse, isTrue, isNull, false);
            case NOT -> branch(first, isFalse, isTrue, isNull, next);
            case IS_TRUE -> branch(first, isTrue, isFalse, isFalse, next);
            case IS_NOT_TRUE -> branch(first, isFalse, isTrue, isTrue, next);
            case IS_FALSE -> branch(first, isFalse, isTrue, isFalse, next);
            case IS_NOT_FALSE -> branch(first, isTrue, isFalse, isTrue, next);
            case IS_NULL -> isNull(first, isTrue, isFalse);
            case IS_NOT_NULL -> isNull(first, isFalse, isTrue);
            case IS_DISTINCT_FROM -> distinct(call, isTrue, isFalse);
            case IS_NOT_DISTINCT_FROM -> distinct(call, isFalse, isTrue);
            case IN -> in(call, isTrue, isFalse, isNull);
            default -> {
                values.values(arguments, isNull);
                compare(JvmType.of(first.type()), call.function(), isTrue, isFalse, next);
            }
        }
    }

    private void jump(Label target, Label next) {
        if (target != next) {
            method.visitJumpInsn(Opcodes.GOTO, target);
        }
    }

    private void jumpIf(int ifTrue, int ifFalse, Label isTrue, Label isFalse, Label next) {
        if (next == isTrue) {
            method.visitJumpInsn(ifFalse, isFalse);
        } else {
            method.visitJumpInsn(ifTrue, isTrue);
            jump(isFalse, next);
        }
    }

    /** AND as it reads; OR is the same with {@code goOn} for FALSE and {@code decided} for TRUE. */
    private void junction(List<Expr> operands, Label goOn, Label decided, Label isNull, boolean and) {
        int sawNull = -1;
        for (int i = 0; i < operands.size() - 1; i++) {
            if (mustNote(operands, i, decided, isNull)) {
                sawNull = values.newLocal(1);
                method.visitInsn(Opcodes.ICONST_0);
                method.visitVarInsn(Opcodes.ISTORE, sawNull);
                break;
            }
        }
        for (int i = 0; i < operands.size(); i++) {
            boolean note = i < operands.size() - 1 && mustNote(operands, i, decided, isNull);
            Label noteNull = note ? new Label() : isNull;
            Label following = new Label();
            Label next = note ? noteNull : following;
            if (and) {
                branch(operands.get(i), following, decided, noteNull, next);
            } else {
                branch(operands.get(i), decided, following, noteNull, next);
            }
            if (note) {
                method.visitLabel(noteNull);
                method.visitInsn(Opcodes.ICONST_1);
                method.visitVarInsn(Opcodes.ISTORE, sawNull);
            }
            method.visitLabel(following);
        }
        if (sawNull >= 0) {
            method.visitVarInsn(Opcodes.ILOAD, sawNull);
            method.visitJumpInsn(Opcodes.IFNE, isNull);
        }
        method.visitJumpInsn(Opcodes.GOTO, goOn);
    }

    private boolean mustNote(List<Expr> operands, int index, Label decided, Label isNull) {
        return traits.nullable(operands.get(index))
                && (decided != isNull
                        || operands.subList(index + 1, operands.size()).stream().anyMatch(traits::canFail));
    }

    /** Evaluates in any case: the value may fail although it cannot be NULL. */
    private void isNull(Expr operand, Label isTrue, Label isFalse) {
        values.value(operand, isTrue);
        method.visitInsn(JvmType.of(operand.type()).slots() == 2 ? Opcodes.POP2 : Opcodes.POP);
        method.visitJumpInsn(Opcodes.GOTO, isFalse);
    }

    private void distinct(Expr.Call call, Label isDistinct, Label isSame) {
        JvmType type = JvmType.of(call.arguments().get(0).type());
        int left = values.newLocal(type.slots());
        int leftNull = values.newLocal(1);
        method.visitInsn(type.zeroOpcode());
        method.visitVarInsn(type.storeOpcode(), left);
        method.visitInsn(Opcodes.ICONST_1);
        method.visitVarInsn(Opcodes.ISTORE, leftNull);
        Label second = new Label();
        values.value(call.arguments().get(0), second);
        method.visitVarInsn(type.storeOpcode(), left);
        method.visitInsn(Opcodes.ICONST_0);
        method.visitVarInsn(Opcodes.ISTORE, leftNull);
        method.visitLabel(second);

        Label rightIsNull = new Label();
        int right = values.newLocal(type.slots());
        values.value(call.arguments().get(1), rightIsNull);
        method.visitVarInsn(type.storeOpcode(), right);
        method.visitVarInsn(Opcodes.ILOAD, leftNull);
        method.visitJumpInsn(Opcodes.IFNE, isDistinct);
        method.visitVarInsn(type.loadOpcode(), left);
        method.visitVarInsn(type.loadOpcode(), right);
        compare(type, Function.EQ, isSame, isDistinct, rightIsNull);
        method.visitLabel(rightIsNull);
        method.visitVarInsn(Opcodes.ILOAD, leftNull);
        method.visitJumpInsn(Opcodes.IFNE, isSame);
        method.visitJumpInsn(Opcodes.GOTO, isDistinct);
    }

    private void in(Expr.Call call, Label isTrue, Label isFalse, Label isNull) {
        JvmType type = JvmType.of(call.arguments().get(0).type());
        values.value(call.arguments().get(0), isNull);
        int needle = values.newLocal(type.slots());
        method.visitVarInsn(type.storeOpcode(), needle);
        if (ConstantSet.isConstant(call)) {
            inConstants(call, type, needle);
            method.visitJumpInsn(Opcodes.IFNE, isTrue);
        } else {
            inCandidates(call, type, needle, isTrue, isNull);
        }
        method.visitJumpInsn(Opcodes.GOTO, isFalse);
    }

    private void inConstants(Expr.Call call, JvmType type, int needle) {
        if (type == JvmType.STRING) {
            owner.constant(method, ConstantSet.texts(call), Set.class);
            method.visitVarInsn(Opcodes.ALOAD, needle);
            method.visitMethodInsn(Opcodes.INVOKEINTERFACE, "java/util/Set", "contains", "(Ljava/lang/Object;)Z", true);
            return;
        }
        owner.constant(method, ConstantSet.words(call), long[].class);
        method.visitVarInsn(type.loadOpcode(), needle);
        if (type == JvmType.INT) {
            method.visitInsn(Opcodes.I2L);
        }
        method.visitMethodInsn(
                Opcodes.INVOKESTATIC, "io/weirflow/worker/functions/CollectionFunctions", "contains", "([JJ)Z", false);
    }

    /** In order, and no further than to the first that is equal. */
    private void inCandidates(Expr.Call call, JvmType type, int needle, Label isTrue, Label isNull) {
        List<Expr> candidates = call.arguments().subList(1, call.arguments().size());
        boolean note = candidates.stream().anyMatch(traits::nullable);
        int sawNull = values.newLocal(1);
        method.visitInsn(Opcodes.ICONST_0);
        method.visitVarInsn(Opcodes.ISTORE, sawNull);
        for (Expr candidate : candidates) {
            Label noteNull = new Label();
            Label different = new Label();
            int mark = values.localsMark();
            int other = values.newLocal(type.slots());
            values.value(candidate, noteNull);
            values.releaseLocals(mark);
            method.visitVarInsn(type.storeOpcode(), other);
            method.visitVarInsn(type.loadOpcode(), needle);
            method.visitVarInsn(type.loadOpcode(), other);
            boolean nullable = traits.nullable(candidate);
            compare(type, Function.EQ, isTrue, different, nullable ? noteNull : different);
            if (nullable) {
                method.visitLabel(noteNull);
                method.visitInsn(Opcodes.ICONST_1);
                method.visitVarInsn(Opcodes.ISTORE, sawNull);
            }
            method.visitLabel(different);
        }
        if (note) {
            method.visitVarInsn(Opcodes.ILOAD, sawNull);
            method.visitJumpInsn(Opcodes.IFNE, isNull);
        }
    }

    /** Compares the two values on the stack. */
    private void compare(JvmType type, Function comparison, Label isTrue, Label isFalse, Label next) {
        boolean equality = comparison == Function.EQ || comparison == Function.NE;
        switch (type) {
            case BOOLEAN, INT -> {
                int ifTrue = ifOpcode(comparison) - Opcodes.IFEQ + Opcodes.IF_ICMPEQ;
                int ifFalse = ifOpcode(negation(comparison)) - Opcodes.IFEQ + Opcodes.IF_ICMPEQ;
                jumpIf(ifTrue, ifFalse, isTrue, isFalse, next);
                return;
            }
            case LONG -> method.visitInsn(Opcodes.LCMP);
            case STRING -> {
                if (equality) {
                    equal("java/lang/String", Opcodes.INVOKEVIRTUAL, "equals", "(Ljava/lang/Object;)Z");
                    jumpIfEqual(comparison, isTrue, isFalse, next);
                    return;
                }
                compareStatic(type);
            }
            case DOUBLE, DECIMAL, BYTES -> compareStatic(type);
            case LIST, MAP, ROW -> {
                if (!equality) {
                    throw new IllegalArgumentException("values of " + type + " have no order");
                }
                equal(COMPARISONS, Opcodes.INVOKESTATIC, "equal", "(Ljava/lang/Object;Ljava/lang/Object;)Z");
                jumpIfEqual(comparison, isTrue, isFalse, next);
                return;
            }
        }
        jumpIf(ifOpcode(comparison), ifOpcode(negation(comparison)), isTrue, isFalse, next);
    }

    private void compareStatic(JvmType type) {
        equal(
                COMPARISONS,
                Opcodes.INVOKESTATIC,
                "compare",
                Type.getMethodDescriptor(Type.INT_TYPE, type.type(), type.type()));
    }

    private void equal(String owningClass, int opcode, String name, String descriptor) {
        method.visitMethodInsn(opcode, owningClass, name, descriptor, false);
    }

    private void jumpIfEqual(Function comparison, Label isTrue, Label isFalse, Label next) {
        boolean equals = comparison == Function.EQ;
        jumpIf(equals ? Opcodes.IFNE : Opcodes.IFEQ, equals ? Opcodes.IFEQ : Opcodes.IFNE, isTrue, isFalse, next);
    }

    private static int ifOpcode(Function comparison) {
        return switch (comparison) {
            case EQ -> Opcodes.IFEQ;
            case NE -> Opcodes.IFNE;
            case LT -> Opcodes.IFLT;
            case LE -> Opcodes.IFLE;
            case GT -> Opcodes.IFGT;
            case GE -> Opcodes.IFGE;
            default -> throw new IllegalArgumentException(comparison + " is no comparison");
        };
    }

    private static Function negation(Function comparison) {
        return switch (comparison) {
            case EQ -> Function.NE;
            case NE -> Function.EQ;
            case LT -> Function.GE;
            case LE -> Function.GT;
            case GT -> Function.LE;
            default -> Function.LT;
        };
    }
}

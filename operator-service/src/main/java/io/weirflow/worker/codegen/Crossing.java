package io.weirflow.worker.codegen;

import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * How a value is returned from one method of a compiled class to another: plain if it is never NULL; else BOOLEAN as an int with -1 for
 * NULL, INT as a long with {@link Long#MIN_VALUE} for NULL, the others as objects. Only here, at the seams of very large trees and
 * around TRY_CAST, are BIGINT and DOUBLE boxed.
 *
 * @param value the type of the value
 * @param nullable whether it may be NULL
 */
record Crossing(JvmType value, boolean nullable) {

    Type type() {
        if (!nullable) {
            return value.type();
        }
        return switch (value) {
            case BOOLEAN -> Type.INT_TYPE;
            case INT -> Type.LONG_TYPE;
            default -> Type.getType(value.boxClass());
        };
    }

    /** Returns the value on the stack. */
    void returnValue(MethodVisitor method) {
        if (nullable && value == JvmType.INT) {
            method.visitInsn(Opcodes.I2L);
        } else if (nullable && value.isPrimitive() && value != JvmType.BOOLEAN) {
            box(method, value);
        }
        method.visitInsn(type().getOpcode(Opcodes.IRETURN));
    }

    /** Returns NULL. */
    void returnNull(MethodVisitor method) {
        switch (value) {
            case BOOLEAN -> method.visitInsn(Opcodes.ICONST_M1);
            case INT -> method.visitLdcInsn(Long.MIN_VALUE);
            default -> method.visitInsn(Opcodes.ACONST_NULL);
        }
        method.visitInsn(type().getOpcode(Opcodes.IRETURN));
    }

    /**
     * Makes what was returned, on the stack, a plain value, or jumps.
     *
     * @param local a free variable of two slots
     */
    void unpack(MethodVisitor method, int local, Label onNull) {
        if (!nullable) {
            return;
        }
        method.visitVarInsn(type().getOpcode(Opcodes.ISTORE), local);
        method.visitVarInsn(type().getOpcode(Opcodes.ILOAD), local);
        if (value == JvmType.INT) {
            method.visitLdcInsn(Long.MIN_VALUE);
            method.visitInsn(Opcodes.LCMP);
            method.visitJumpInsn(Opcodes.IFEQ, onNull);
        } else {
            method.visitJumpInsn(value == JvmType.BOOLEAN ? Opcodes.IFLT : Opcodes.IFNULL, onNull);
        }
        method.visitVarInsn(type().getOpcode(Opcodes.ILOAD), local);
        if (value == JvmType.INT) {
            method.visitInsn(Opcodes.L2I);
        } else if (value == JvmType.LONG || value == JvmType.DOUBLE) {
            unbox(method, value);
        }
    }

    /** Boxes a primitive on the stack. */
    static void box(MethodVisitor method, JvmType type) {
        if (type.isPrimitive()) {
            Type box = Type.getType(type.boxClass());
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    box.getInternalName(),
                    "valueOf",
                    Type.getMethodDescriptor(box, type.type()),
                    false);
        }
    }

    /** Makes the box on the stack, of the type's class, a primitive. */
    static void unbox(MethodVisitor method, JvmType type) {
        if (type.isPrimitive()) {
            method.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL,
                    Type.getInternalName(type.boxClass()),
                    type.type().getClassName() + "Value",
                    Type.getMethodDescriptor(type.type()),
                    false);
        }
    }
}

package io.weirflow.worker.codegen;

import io.weirflow.api.row.MutableRow;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.DataType.Storage;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteReader;
import io.weirflow.protocol.row.ValueCodec;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Writes the code of a {@link RowReader}: for each column one call that reads, and one that sets. */
final class RowReaderEmitter {

    private static final String ROW = Type.getInternalName(MutableRow.class);
    private static final String IN = Type.getInternalName(ByteReader.class);
    private static final String DESCRIPTOR =
            Type.getMethodDescriptor(Type.VOID_TYPE, Type.getType(ByteReader.class), Type.getType(MutableRow.class));

    private static final int IN_LOCAL = 1;
    private static final int ROW_LOCAL = 2;
    private static final int NULLS = 3;
    private static final int BYTES = 4;

    private final ClassEmitter owner;
    private final MethodVisitor method;
    private final RowType type;
    private final NullBits nulls;

    private RowReaderEmitter(ClassEmitter owner, MethodVisitor method, RowType type) {
        this.owner = owner;
        this.method = method;
        this.type = type;
        this.nulls = NullBits.of(type);
    }

    static RowReader compile(RowType type) {
        ClassEmitter owner = new ClassEmitter(new Traits(), RowReader.class);
        owner.method(
                Opcodes.ACC_PUBLIC, "read", DESCRIPTOR, method -> new RowReaderEmitter(owner, method, type).body());
        return owner.instance(RowReader.class);
    }

    private void body() {
        method.visitVarInsn(Opcodes.ALOAD, IN_LOCAL);
        method.visitLdcInsn(nulls.bytes());
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, IN, "skip", "(I)I", false);
        method.visitVarInsn(Opcodes.ISTORE, NULLS);
        call("array", "()[B");
        method.visitVarInsn(Opcodes.ASTORE, BYTES);
        for (int column = 0; column < type.size(); column++) {
            Label isNull = new Label();
            Label end = new Label();
            if (nulls.nullable(column)) {
                testNull(column, isNull);
            }
            method.visitVarInsn(Opcodes.ALOAD, ROW_LOCAL);
            method.visitLdcInsn(column);
            value(type.column(column).type());
            if (nulls.nullable(column)) {
                method.visitJumpInsn(Opcodes.GOTO, end);
                method.visitLabel(isNull);
                method.visitVarInsn(Opcodes.ALOAD, ROW_LOCAL);
                method.visitLdcInsn(column);
                set("setNull", "(I)V");
                method.visitLabel(end);
            }
        }
        method.visitInsn(Opcodes.RETURN);
    }

    private void testNull(int column, Label isNull) {
        method.visitVarInsn(Opcodes.ALOAD, BYTES);
        method.visitVarInsn(Opcodes.ILOAD, NULLS);
        method.visitLdcInsn(nulls.byteOf(column));
        method.visitInsn(Opcodes.IADD);
        method.visitInsn(Opcodes.BALOAD);
        method.visitLdcInsn(nulls.mask(column));
        method.visitInsn(Opcodes.IAND);
        method.visitJumpInsn(Opcodes.IFNE, isNull);
    }

    /** The row and the column are on the stack. */
    private void value(DataType columnType) {
        if (columnType == Scalar.BOOLEAN) {
            call("readFlag", "()Z");
            set("setBoolean", "(IZ)V");
        } else if (columnType.storage() == Storage.WORD) {
            call("readZigZag", "()J");
            set("setLong", "(IJ)V");
        } else if (columnType.storage() == Storage.DOUBLE_WORD) {
            call("readLong", "()J");
            method.visitMethodInsn(Opcodes.INVOKESTATIC, "java/lang/Double", "longBitsToDouble", "(J)D", false);
            set("setDouble", "(ID)V");
        } else {
            object(columnType);
            set("setObject", "(ILjava/lang/Object;)V");
        }
    }

    private void object(DataType columnType) {
        if (columnType == Scalar.VARCHAR) {
            call("readText", "()Ljava/lang/String;");
        } else if (columnType == Scalar.VARBINARY) {
            call("readBlock", "()[B");
        } else {
            owner.constant(method, columnType, DataType.class);
            method.visitVarInsn(Opcodes.ALOAD, IN_LOCAL);
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    Type.getInternalName(ValueCodec.class),
                    "read",
                    Type.getMethodDescriptor(
                            Type.getType(Object.class), Type.getType(DataType.class), Type.getType(ByteReader.class)),
                    false);
        }
    }

    private void call(String name, String descriptor) {
        method.visitVarInsn(Opcodes.ALOAD, IN_LOCAL);
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, IN, name, descriptor, false);
    }

    private void set(String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, ROW, name, descriptor, false);
    }
}

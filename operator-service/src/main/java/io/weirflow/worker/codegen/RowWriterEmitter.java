package io.weirflow.worker.codegen;

import io.weirflow.api.row.Row;
import io.weirflow.api.type.DataType;
import io.weirflow.api.type.DataType.Scalar;
import io.weirflow.api.type.DataType.Storage;
import io.weirflow.api.type.RowType;
import io.weirflow.protocol.bytes.ByteWriter;
import io.weirflow.protocol.row.RowParts;
import io.weirflow.protocol.row.ValueCodec;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Writes the code of a {@link RowWriter}. The array and the place in it are variables; room is made once for all numbers up to the next
 * object, which the {@link ByteWriter} writes itself.
 */
final class RowWriterEmitter {

    private static final String ROW = Type.getInternalName(Row.class);
    private static final String OUT = Type.getInternalName(ByteWriter.class);
    private static final String PARTS = Type.getInternalName(RowParts.class);
    private static final String DESCRIPTOR =
            Type.getMethodDescriptor(Type.VOID_TYPE, Type.getType(Row.class), Type.getType(ByteWriter.class));

    private static final int ROW_LOCAL = 1;
    private static final int OUT_LOCAL = 2;
    private static final int BYTES = 3;
    private static final int AT = 4;
    private static final int NULLS = 5;

    private final ClassEmitter owner;
    private final MethodVisitor method;
    private final RowType type;
    private final int[] columns;
    private final NullBits nulls;

    private RowWriterEmitter(ClassEmitter owner, MethodVisitor method, RowType type, int[] columns) {
        this.owner = owner;
        this.method = method;
        this.type = type;
        this.columns = columns;
        this.nulls = NullBits.of(type);
    }

    static RowWriter compile(RowType type, int[] columns) {
        ClassEmitter owner = new ClassEmitter(new Traits(), RowWriter.class);
        owner.method(
                Opcodes.ACC_PUBLIC,
                "write",
                DESCRIPTOR,
                method -> new RowWriterEmitter(owner, method, type, columns).body());
        return owner.instance(RowWriter.class);
    }

    private void body() {
        makeRoom(0, nulls.bytes());
        method.visitVarInsn(Opcodes.ILOAD, AT);
        method.visitVarInsn(Opcodes.ISTORE, NULLS);
        for (int i = 0; i < nulls.bytes(); i++) {
            method.visitVarInsn(Opcodes.ALOAD, BYTES);
            method.visitVarInsn(Opcodes.ILOAD, AT);
            method.visitInsn(Opcodes.ICONST_0);
            method.visitInsn(Opcodes.BASTORE);
            method.visitIincInsn(AT, 1);
        }
        for (int column = 0; column < columns.length; column++) {
            if (isObject(column)) {
                keepPlace();
                valueOrNull(column);
                makeRoom(column + 1, 0);
            } else {
                valueOrNull(column);
            }
        }
        keepPlace();
        method.visitInsn(Opcodes.RETURN);
    }

    private void valueOrNull(int column) {
        Label isNull = new Label();
        Label end = new Label();
        load(column, "isNull", "(I)Z");
        method.visitJumpInsn(Opcodes.IFNE, isNull);
        value(column, type.column(column).type());
        method.visitJumpInsn(Opcodes.GOTO, end);
        method.visitLabel(isNull);
        writeNull(column);
        method.visitLabel(end);
    }

    private boolean isObject(int column) {
        return type.column(column).type().storage() == Storage.OBJECT;
    }

    private void load(int column, String getter, String descriptor) {
        method.visitVarInsn(Opcodes.ALOAD, ROW_LOCAL);
        method.visitLdcInsn(columns[column]);
        method.visitMethodInsn(Opcodes.INVOKEINTERFACE, ROW, getter, descriptor, true);
    }

    private void writeNull(int column) {
        if (!nulls.nullable(column)) {
            method.visitLdcInsn(column);
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC, PARTS, "unexpectedNull", "(I)Ljava/lang/IllegalArgumentException;", false);
            method.visitInsn(Opcodes.ATHROW);
            return;
        }
        method.visitVarInsn(Opcodes.ALOAD, BYTES);
        method.visitVarInsn(Opcodes.ILOAD, NULLS);
        method.visitLdcInsn(nulls.byteOf(column));
        method.visitInsn(Opcodes.IADD);
        method.visitInsn(Opcodes.DUP2);
        method.visitInsn(Opcodes.BALOAD);
        method.visitLdcInsn(nulls.mask(column));
        method.visitInsn(Opcodes.IOR);
        method.visitInsn(Opcodes.BASTORE);
    }

    private void value(int column, DataType columnType) {
        if (columnType == Scalar.BOOLEAN) {
            method.visitVarInsn(Opcodes.ALOAD, BYTES);
            method.visitVarInsn(Opcodes.ILOAD, AT);
            load(column, "getLong", "(I)J");
            method.visitInsn(Opcodes.L2I);
            method.visitInsn(Opcodes.BASTORE);
            method.visitIincInsn(AT, 1);
        } else if (columnType.storage() == Storage.WORD) {
            number(column, "getLong", "(I)J", "putWord", "([BIJ)I");
        } else if (columnType.storage() == Storage.DOUBLE_WORD) {
            number(column, "getDouble", "(I)D", "putDouble", "([BID)I");
        } else {
            object(column, columnType);
        }
    }

    private void number(int column, String getter, String getterDescriptor, String put, String putDescriptor) {
        method.visitVarInsn(Opcodes.ALOAD, BYTES);
        method.visitVarInsn(Opcodes.ILOAD, AT);
        load(column, getter, getterDescriptor);
        method.visitMethodInsn(Opcodes.INVOKESTATIC, PARTS, put, putDescriptor, false);
        method.visitVarInsn(Opcodes.ISTORE, AT);
    }

    private void object(int column, DataType columnType) {
        boolean text = columnType == Scalar.VARCHAR;
        if (text || columnType == Scalar.VARBINARY) {
            String javaClass = text ? "java/lang/String" : "[B";
            method.visitVarInsn(Opcodes.ALOAD, OUT_LOCAL);
            load(column, "getObject", "(I)Ljava/lang/Object;");
            method.visitTypeInsn(Opcodes.CHECKCAST, javaClass);
            method.visitMethodInsn(
                    Opcodes.INVOKEVIRTUAL,
                    OUT,
                    text ? "writeText" : "writeBlock",
                    text ? "(Ljava/lang/String;)V" : "([B)V",
                    false);
            return;
        }
        owner.constant(method, columnType, DataType.class);
        load(column, "getObject", "(I)Ljava/lang/Object;");
        method.visitVarInsn(Opcodes.ALOAD, OUT_LOCAL);
        method.visitMethodInsn(
                Opcodes.INVOKESTATIC,
                Type.getInternalName(ValueCodec.class),
                "write",
                Type.getMethodDescriptor(
                        Type.VOID_TYPE,
                        Type.getType(DataType.class),
                        Type.getType(Object.class),
                        Type.getType(ByteWriter.class)),
                false);
    }

    /** For all numbers from a column on to the next object. */
    private void makeRoom(int column, int more) {
        int bytes = more;
        for (int i = column; i < columns.length && !isObject(i); i++) {
            boolean isDouble = type.column(i).type().storage() == Storage.DOUBLE_WORD;
            bytes += isDouble ? RowParts.DOUBLE_BYTES : RowParts.MAX_WORD_BYTES;
        }
        method.visitVarInsn(Opcodes.ALOAD, OUT_LOCAL);
        method.visitLdcInsn(bytes);
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, OUT, "room", "(I)[B", false);
        method.visitVarInsn(Opcodes.ASTORE, BYTES);
        method.visitVarInsn(Opcodes.ALOAD, OUT_LOCAL);
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, OUT, "size", "()I", false);
        method.visitVarInsn(Opcodes.ISTORE, AT);
    }

    private void keepPlace() {
        method.visitVarInsn(Opcodes.ALOAD, OUT_LOCAL);
        method.visitVarInsn(Opcodes.ILOAD, AT);
        method.visitMethodInsn(Opcodes.INVOKEVIRTUAL, OUT, "wroteUpTo", "(I)V", false);
    }
}

package io.weirflow.worker.codegen;

import io.weirflow.api.row.Row;
import io.weirflow.api.type.DataType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** How a value that is not NULL stands on the JVM's stack. */
enum JvmType {
    BOOLEAN(boolean.class, Boolean.class),
    /** INTEGER, DATE and TIME. */
    INT(int.class, Integer.class),
    /** BIGINT and TIMESTAMP. */
    LONG(long.class, Long.class),
    DOUBLE(double.class, Double.class),
    STRING(String.class),
    BYTES(byte[].class),
    DECIMAL(BigDecimal.class),
    LIST(List.class),
    MAP(Map.class),
    ROW(Row.class);

    private final Class<?> javaClass;
    private final Class<?> boxClass;
    private final Type type;

    JvmType(Class<?> javaClass) {
        this(javaClass, javaClass);
    }

    JvmType(Class<?> javaClass, Class<?> boxClass) {
        this.javaClass = javaClass;
        this.boxClass = boxClass;
        this.type = Type.getType(javaClass);
    }

    static JvmType of(DataType type) {
        if (type instanceof DataType.Scalar scalar) {
            return switch (scalar) {
                case BOOLEAN -> BOOLEAN;
                case INTEGER, DATE, TIME -> INT;
                case BIGINT, TIMESTAMP -> LONG;
                case DOUBLE -> DOUBLE;
                case VARCHAR -> STRING;
                case VARBINARY -> BYTES;
            };
        } else if (type instanceof DataType.Decimal) {
            return DECIMAL;
        } else if (type instanceof DataType.Array) {
            return LIST;
        } else if (type instanceof DataType.MapOf) {
            return MAP;
        }
        return ROW;
    }

    Class<?> javaClass() {
        return javaClass;
    }

    Class<?> boxClass() {
        return boxClass;
    }

    Type type() {
        return type;
    }

    boolean isPrimitive() {
        return javaClass.isPrimitive();
    }

    /** Returns how many places of the stack or of local variables a value takes. */
    int slots() {
        return type.getSize();
    }

    int loadOpcode() {
        return type.getOpcode(Opcodes.ILOAD);
    }

    int storeOpcode() {
        return type.getOpcode(Opcodes.ISTORE);
    }

    /** Returns the opcode that puts some value of this type onto the stack. */
    int zeroOpcode() {
        return switch (this) {
            case BOOLEAN, INT -> Opcodes.ICONST_0;
            case LONG -> Opcodes.LCONST_0;
            case DOUBLE -> Opcodes.DCONST_0;
            default -> Opcodes.ACONST_NULL;
        };
    }

    /** Returns the getter of {@link Row} for this type. */
    String getter() {
        return switch (this) {
            case BOOLEAN -> "getBoolean";
            case INT -> "getInt";
            case LONG -> "getLong";
            case DOUBLE -> "getDouble";
            default -> "getObject";
        };
    }

    /** Returns the setter of {@link io.weirflow.api.row.MutableRow} for this type. */
    String setter() {
        return switch (this) {
            case BOOLEAN -> "setBoolean";
            case INT -> "setInt";
            case LONG -> "setLong";
            case DOUBLE -> "setDouble";
            default -> "setObject";
        };
    }

    /** Returns the class of the getter's result and the setter's parameter. */
    Class<?> rowClass() {
        return isPrimitive() ? javaClass : Object.class;
    }
}

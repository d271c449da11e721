package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.row.Row;
import java.lang.invoke.MethodHandles;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * One hidden class: its methods, its constants, and the sub-trees that have methods of their own.
 *
 * <p>Constants come as class data and stand in static final fields, which the JIT compiler takes for constants.
 */
final class ClassEmitter {

    private static final String NAME = Type.getInternalName(ClassEmitter.class).replace("ClassEmitter", "Compiled");
    private static final String[] ROW_EXCEPTION = {"io/weirflow/api/operator/RowException"};

    private final Traits traits;
    private final ClassWriter writer = new Writer();
    private final List<Object> constants = new ArrayList<>();
    private final List<Type> constantTypes = new ArrayList<>();
    private final Map<Expr, String> outlinedNames = new IdentityHashMap<>();
    private final Deque<Runnable> pending = new ArrayDeque<>();
    private int methods;

    ClassEmitter(Traits traits, Class<?> implemented) {
        this.traits = traits;
        writer.visit(Opcodes.V17, Opcodes.ACC_FINAL | Opcodes.ACC_SUPER, NAME, null, "java/lang/Object", new String[] {
            Type.getInternalName(implemented)
        });
        method(0, "<init>", "()V", method -> {
            method.visitVarInsn(Opcodes.ALOAD, 0);
            method.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
            method.visitInsn(Opcodes.RETURN);
        });
    }

    Traits traits() {
        return traits;
    }

    /** Writes one method; its body must end with a return. */
    void method(int access, String name, String descriptor, Consumer<MethodVisitor> body) {
        MethodVisitor method = writer.visitMethod(access, name, descriptor, null, ROW_EXCEPTION);
        method.visitCode();
        body.accept(method);
        method.visitMaxs(0, 0);
        method.visitEnd();
    }

    /** Has a private static method written once the current one is done; returns its name. */
    String later(String descriptor, Consumer<MethodVisitor> body) {
        String name = "part" + methods++;
        pending.add(() -> method(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, name, descriptor, body));
        return name;
    }

    void call(MethodVisitor method, String name, String descriptor) {
        method.visitMethodInsn(Opcodes.INVOKESTATIC, NAME, name, descriptor, false);
    }

    /** Calls the method of a sub-tree, which takes the row and returns as its {@link Crossing} says. */
    void callOutlined(MethodVisitor method, Expr expression) {
        String descriptor = Type.getMethodDescriptor(traits.crossing(expression).type(), Type.getType(Row.class));
        String name = outlinedNames.computeIfAbsent(
                expression,
                key -> later(descriptor, body -> new MethodEmitter(this, body, 0, 1).returnCrossing(expression)));
        call(method, name, descriptor);
    }

    /** Puts a constant of the class onto the stack. */
    void constant(MethodVisitor method, Object value, Class<?> type) {
        int index = constants.size();
        constants.add(value);
        constantTypes.add(Type.getType(type));
        method.visitFieldInsn(Opcodes.GETSTATIC, NAME, "k" + index, Type.getDescriptor(type));
    }

    /** Finishes and loads the class, and returns an instance. */
    <T> T instance(Class<T> implemented) {
        while (!pending.isEmpty()) {
            pending.remove().run();
        }
        initialiseConstants();
        writer.visitEnd();
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup()
                    .defineHiddenClassWithClassData(writer.toByteArray(), constants.toArray(), true);
            return implemented.cast(
                    lookup.lookupClass().getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the compiled class cannot be loaded", e);
        }
    }

    private void initialiseConstants() {
        if (constants.isEmpty()) {
            return;
        }
        method(Opcodes.ACC_STATIC, "<clinit>", "()V", method -> {
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    "java/lang/invoke/MethodHandles",
                    "lookup",
                    "()Ljava/lang/invoke/MethodHandles$Lookup;",
                    false);
            method.visitLdcInsn("_");
            method.visitLdcInsn(Type.getType(Object[].class));
            method.visitMethodInsn(
                    Opcodes.INVOKESTATIC,
                    "java/lang/invoke/MethodHandles",
                    "classData",
                    "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/Class;)Ljava/lang/Object;",
                    false);
            method.visitTypeInsn(Opcodes.CHECKCAST, "[Ljava/lang/Object;");
            method.visitVarInsn(Opcodes.ASTORE, 0);
            for (int i = 0; i < constants.size(); i++) {
                initialiseConstant(method, i);
            }
            method.visitInsn(Opcodes.RETURN);
        });
    }

    private void initialiseConstant(MethodVisitor method, int index) {
        Type type = constantTypes.get(index);
        writer.visitField(
                        Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_FINAL,
                        "k" + index,
                        type.getDescriptor(),
                        null,
                        null)
                .visitEnd();
        method.visitVarInsn(Opcodes.ALOAD, 0);
        method.visitLdcInsn(index);
        method.visitInsn(Opcodes.AALOAD);
        method.visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
        method.visitFieldInsn(Opcodes.PUTSTATIC, NAME, "k" + index, type.getDescriptor());
    }

    /** Loads no classes to compute frames: where two types meet in a local variable, it is dead. */
    private static final class Writer extends ClassWriter {
        Writer() {
            super(COMPUTE_FRAMES);
        }

        @Override
        protected String getCommonSuperClass(String first, String second) {
            return "java/lang/Object";
        }
    }
}

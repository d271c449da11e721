package io.weirflow.worker.operators;

import io.weirflow.api.operator.Operator;
import io.weirflow.api.pipeline.StepSpec;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** Makes operators of users' classes, by name. */
public final class UserOperatorFactory {

    private final ClassLoader plugIns;

    /**
     * @param plugIns finds the users' classes
     */
    public UserOperatorFactory(ClassLoader plugIns) {
        this.plugIns = plugIns;
    }

    /**
     * Returns a new operator.
     *
     * @param entry the YAML entry that asks for it, for messages
     * @throws IllegalArgumentException when there is none to be had; the message says why and what to do
     */
    public Operator create(String entry, StepSpec.UserOperator spec) {
        String className = spec.className();
        Class<?> found = load(entry, className, loader(entry, spec));
        if (!Operator.class.isAssignableFrom(found)) {
            throw problem(entry, className, "does not implement " + Operator.class.getName(), null);
        }
        if (!Modifier.isPublic(found.getModifiers())) {
            throw problem(entry, className, "is not public", null);
        }
        try {
            Constructor<? extends Operator> constructor =
                    found.asSubclass(Operator.class).getConstructor();
            return constructor.newInstance();
        } catch (NoSuchMethodException e) {
            throw problem(entry, className, "has no public constructor without parameters", e);
        } catch (InstantiationException e) {
            throw problem(entry, className, "is abstract", e);
        } catch (IllegalAccessException e) {
            throw problem(entry, className, "is not public", e);
        } catch (InvocationTargetException | LinkageError e) {
            Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
            throw problem(entry, className, "cannot be created: " + cause, cause);
        }
    }

    private ClassLoader loader(String entry, StepSpec.UserOperator spec) {
        if (spec.jar().isEmpty()) {
            return plugIns;
        }
        if (plugIns instanceof PluginPath path) {
            try {
                return path.only(spec.jar());
            } catch (IllegalArgumentException | UncheckedIOException e) {
                throw problem(entry, spec.className(), "cannot be found: " + e.getMessage(), e);
            }
        }
        throw problem(entry, spec.className(), "is in '" + spec.jar() + "', and there is no plug-in path", null);
    }

    private static Class<?> load(String entry, String className, ClassLoader loader) {
        try {
            return Class.forName(className, false, loader);
        } catch (ClassNotFoundException e) {
            throw problem(entry, className, "is not on the plug-in path; add its jar there and check the spelling", e);
        } catch (LinkageError e) {
            throw problem(entry, className, "cannot be loaded: " + e, e);
        }
    }

    private static IllegalArgumentException problem(
            String entry, String className, String what, @Nullable Throwable cause) {
        return new IllegalArgumentException("the class " + className + " of operator '" + entry + "' " + what, cause);
    }
}

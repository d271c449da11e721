package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.connector.Options;
import io.weirflow.api.operator.Operator;
import io.weirflow.api.pipeline.StepSpec;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of an operator, each in a jar of its own. */
final class PluginPathTest {

    private static final String CLASS = "plugged.Versioned";
    private static final String SOURCE = """
            package plugged;
            public final class Versioned implements io.weirflow.api.operator.Operator {
                @Override
                public void process(io.weirflow.api.row.Row row, long timeMs, io.weirflow.api.operator.Output out) {}
                @Override
                public String toString() { return "VERSION"; }
            }
            """;

    @TempDir
    private Path folder;

    private Path jar(String name, String version) throws Exception {
        Path sources = Files.createDirectories(folder.resolve("src-" + version).resolve("plugged"));
        Path source = Files.writeString(sources.resolve("Versioned.java"), SOURCE.replace("VERSION", version));
        Path classes = Files.createDirectories(folder.resolve("classes-" + version));
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        Path.of(Operator.class
                                        .getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toURI())
                                .toString(),
                        "-d",
                        classes.toString(),
                        source.toString());
        assertThat(status).isZero();
        Path jars = Files.createDirectories(folder.resolve("jars"));
        try (OutputStream file = Files.newOutputStream(jars.resolve(name));
                JarOutputStream jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry("plugged/Versioned.class"));
            jar.write(Files.readAllBytes(classes.resolve("plugged/Versioned.class")));
            jar.closeEntry();
        }
        return jars;
    }

    private static StepSpec.UserOperator operator(String jar) {
        return new StepSpec.UserOperator(CLASS, Options.NONE, List.of(), jar);
    }

    @Test
    void twoVersionsAreInUseAtOnceAndOneMayComeLater() throws Exception {
        Path jars = jar("v-1.jar", "one");
        try (PluginPath path = new PluginPath(List.of(jars), Operator.class.getClassLoader())) {
            UserOperatorFactory factory = new UserOperatorFactory(path);
            assertThat(factory.create("entry", operator(""))).hasToString("one");
            assertThatThrownBy(() -> factory.create("entry", operator("v-2.jar")))
                    .hasMessageContaining("there is no jar 'v-2.jar' on the plug-in path");
            jar("v-2.jar", "two");
            assertThat(factory.create("entry", operator("v-2.jar"))).hasToString("two");
            assertThat(factory.create("entry", operator("v-1.jar"))).hasToString("one");
            assertThat(factory.create("entry", operator(""))).hasToString("one");
        }
    }

    @Test
    void aJarNeedsAPluginPath() {
        UserOperatorFactory factory = new UserOperatorFactory(Operator.class.getClassLoader());
        assertThatThrownBy(() -> factory.create("entry", operator("v-1.jar")))
                .hasMessageContaining("is in 'v-1.jar', and there is no plug-in path");
    }
}

package io.weirflow.examples.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs each example as its user does, from start to end (and {@link ExampleCrashIT} killed in the middle), and compares all that it writes with
 * the files under {@code golden} of the example. Rows of different slots have no order among them, so both sides are sorted by their text.
 *
 * <p>{@code -Dweirflow.golden.update=true} writes the golden files anew from the run without a crash. Look at the difference before it is committed.
 * {@code examples/check-golden.py} works out the golden files of all examples a second time, from the input and the meaning of the language as
 * docs/LANGUAGE.md has it, without any code of Weirflow.
 */
final class ExamplesIT {

    private static final boolean UPDATE = Boolean.getBoolean("weirflow.golden.update");

    @ParameterizedTest
    @EnumSource
    void aRunGivesTheGoldenOutput(Example example, @TempDir Path temporary) throws Exception {
        Path folder = example.copyTo(temporary.resolve("run"));
        List<String> console;
        try (WeirflowProcess process = example.start(folder, "run")) {
            process.awaitSuccess();
            console = process.output();
        }
        Map<String, List<String>> outputs = Golden.outputs(folder);
        outputs.put("console.txt", Golden.sorted(console));
        if (UPDATE) {
            Golden.update(example.golden(), outputs);
        }
        Golden.assertEqual(example, outputs);
    }
}

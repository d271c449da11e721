package io.weirflow.testkit.seed;

import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.opentest4j.TestAbortedException;

/** Runs the tests that are marked {@link Seeded}. */
final class SeededExtension implements TestTemplateInvocationContextProvider {

    static final String SEED_PROPERTY = "weirflow.seed";
    private static final String BASE_PROPERTY = "weirflow.seed.base";
    private static final String COUNT_PROPERTY = "weirflow.seed.count";
    private static final long DEFAULT_BASE = 20_260_101;

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getRequiredTestMethod().isAnnotationPresent(Seeded.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Seeded seeded = context.getRequiredTestMethod().getAnnotation(Seeded.class);
        return seeds(
                        number(SEED_PROPERTY),
                        numberOr(number(BASE_PROPERTY), DEFAULT_BASE),
                        numberOr(number(COUNT_PROPERTY), seeded.seeds()))
                .mapToObj(Invocation::new);
    }

    /**
     * Returns the seeds of a test.
     *
     * @param only the seed to repeat, or null
     */
    static LongStream seeds(@Nullable Long only, long base, long count) {
        if (count < 1) {
            throw new IllegalArgumentException("a seeded test needs at least one seed, not " + count);
        }
        return only != null
                ? LongStream.of(only)
                : LongStream.range(0, count).map(index -> mix(base + index * 0x9E3779B97F4A7C15L));
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood 2014), so that neighbouring seeds have nothing in common. */
    private static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static @Nullable Long number(String property) {
        String text = System.getProperty(property);
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return Long.valueOf(text.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + property + "=" + text + " is not a whole number", e);
        }
    }

    private static long numberOr(@Nullable Long number, long fallback) {
        return number == null ? fallback : number;
    }

    private record Invocation(long seed) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int invocationIndex) {
            return "seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new SeedParameter(seed), new SeedReporter(seed));
        }
    }

    private record SeedParameter(long seed) implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == long.class || type == Random.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            boolean number = parameter.getParameter().getType() == long.class;
            return number ? (Object) seed : new Random(seed);
        }
    }

    private record SeedReporter(long seed) implements TestExecutionExceptionHandler {

        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
            if (failure instanceof TestAbortedException) {
                throw failure;
            }
            throw new AssertionError(
                    "seed " + seed + " fails; repeat it with -Dtest="
                            + context.getRequiredTestClass().getSimpleName() + "#"
                            + context.getRequiredTestMethod().getName() + " -D" + SEED_PROPERTY + "=" + seed + ": "
                            + failure,
                    failure);
        }
    }
}

package io.weirflow.testkit.seed;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is run once for each of several seeds. It takes the seed as a parameter of type {@code long}, or a generator that starts with
 * it as one of type {@link java.util.Random}. All its randomness must come from there, so that a seed repeats the run.
 *
 * <pre>{@code
 * @Seeded(seeds = 50)
 * void survivesAnything(Random random) { ... }
 * }</pre>
 *
 * <p>The seeds are derived from a base that is the same in every build. A failure names its seed; {@code -Dweirflow.seed=SEED} runs the test with
 * that one only. {@code -Dweirflow.seed.base=N} takes other seeds, {@code -Dweirflow.seed.count=N} takes N of them in place of {@link #seeds()}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeededExtension.class)
public @interface Seeded {

    /** How many seeds; 1 or more. */
    int seeds() default 20;
}

package io.weirflow.worker.operators;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.api.pipeline.Window;
import io.weirflow.testkit.operator.Emitted;
import io.weirflow.testkit.operator.OperatorKit;
import io.weirflow.testkit.seed.Seeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Windows over rows in disorder, with a cache and without, against {@link NaiveWindows}. */
final class RandomWindowsTest {

    private static final int EVENTS = 60;

    @Seeded
    void tumbling(Random random) {
        long sizeMs = 1L + random.nextInt(30);
        compare(new Window.Tumbling(sizeMs, random.nextInt((int) sizeMs), "UTC"), random);
    }

    @Seeded
    void hopping(Random random) {
        long sizeMs = 1L + random.nextInt(30);
        long everyMs = 1L + random.nextInt((int) sizeMs);
        compare(new Window.Hopping(sizeMs, everyMs, random.nextInt((int) everyMs), "UTC"), random);
    }

    @Seeded
    void cumulating(Random random) {
        long stepMs = 1L + random.nextInt(10);
        compare(
                new Window.Cumulating(stepMs * (1L + random.nextInt(5)), stepMs, random.nextInt((int) stepMs), "UTC"),
                random);
    }

    @Seeded(seeds = 40)
    void session(Random random) {
        compare(new Window.Session(1L + random.nextInt(12)), random);
    }

    @Seeded
    void count(Random random) {
        compare(new Window.Count(1L + random.nextInt(5)), random);
    }

    /** Sums come close to the end of their range and leave it: whether a row is refused must not depend on what is on the heap. */
    @Seeded
    void largeSums(Random random) {
        WindowFixture fixture = WindowFixture.tumbling(1_000);
        List<OperatorKit> kits = List.of(
                fixture.kit(),
                fixture.withSmallCache().kit(),
                fixture.withFilters().kit());
        for (int i = 0; i < EVENTS; i++) {
            String key = String.valueOf((char) ('a' + random.nextInt(10)));
            long value = switch (random.nextInt(4)) {
                case 0 -> Long.MAX_VALUE - random.nextInt(1_000);
                case 1 -> 1L << 59;
                case 2 -> -(1L << 60);
                default -> random.nextLong() >> 1 + random.nextInt(60);
            };
            for (OperatorKit kit : kits) {
                kit.row(1 + i, key, value);
            }
        }
        List<Emitted> expected = kits.get(0).end().run().emitted();
        for (OperatorKit kit : kits.subList(1, kits.size())) {
            assertThat(kit.end().run().emitted()).isEqualTo(expected);
        }
    }

    private static void compare(Window window, Random random) {
        long latenessMs = random.nextBoolean() ? 0 : random.nextInt(40);
        WindowFixture fixture = WindowFixture.of(window).lateness(latenessMs);
        NaiveWindows naive = new NaiveWindows(window, latenessMs);
        List<OperatorKit> kits = new ArrayList<>(List.of(
                fixture.kit(),
                fixture.withoutCache().kit(),
                fixture.withSmallCache().kit(),
                fixture.withFilters().kit(),
                fixture.withoutCache().lookingAhead(),
                fixture.withSmallCache().lookingAhead(),
                fixture.withFilters().lookingAhead()));
        int disorderMs = 1 + random.nextInt(60);
        long watermarkMs = -100;
        long nowMs = -50;
        for (int i = 0; i < EVENTS; i++) {
            nowMs += random.nextInt(6);
            if (random.nextInt(5) == 0) {
                watermarkMs = Math.max(watermarkMs, nowMs - random.nextInt(disorderMs));
                naive.watermark(watermarkMs);
                for (OperatorKit kit : kits) {
                    kit.watermark(watermarkMs);
                }
            } else {
                String key = String.valueOf((char) ('a' + random.nextInt(4)));
                @Nullable Long value = random.nextInt(6) == 0 ? null : (Long) (long) random.nextInt(1000);
                long timeMs = nowMs - random.nextInt(disorderMs);
                naive.row(new NaiveWindows.Row(i, key, value, timeMs));
                for (OperatorKit kit : kits) {
                    kit.row(timeMs, key, value);
                }
            }
        }
        naive.watermark(Long.MAX_VALUE);
        List<Emitted> expected = naive.emitted();
        for (OperatorKit kit : kits) {
            OperatorKit.Outcome outcome = kit.end().run();
            assertThat(outcome.emitted())
                    .as("%s, lateness %d", window, latenessMs)
                    .isEqualTo(expected);
            if (!(window instanceof Window.Count)) {
                assertThat(outcome.stateEntries()).as("state at the end").isEqualTo(1);
            }
        }
    }
}

package io.weirflow.benchmarks.profile;

import io.weirflow.api.Edge;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Sums up a recording: where the threads were, what they allocated, what collector and compiler took. Used by one thread.
 *
 * <p>Samples in Java and in native code are counted apart: the recorder looks at several threads in Java at a time, but at one in native code.
 */
@Edge // The JVM's own recorder.
public final class ProfileReport {

    private static final int FRAMES = 30;
    private static final int TYPES = 20;
    private static final double MIB = 1 << 20;

    /** Native methods in which threads wait. */
    private static final Set<String> WAITING = Set.of(
            "sun.nio.ch.EPoll.wait",
            "sun.nio.ch.Net.poll",
            "sun.nio.ch.Net.accept",
            "sun.nio.ch.KQueue.poll",
            "java.io.FileInputStream.readBytes",
            "java.lang.ProcessHandleImpl.waitForProcessExit0",
            "sun.nio.fs.LinuxWatchService.poll");

    private final Tally areas = new Tally();
    private final Tally frames = new Tally();
    private final Tally threads = new Tally();
    private final Tally nativeFrames = new Tally();
    private final Tally types = new Tally();
    private final Tally allocators = new Tally();
    private Instant from = Instant.MAX;
    private Instant until = Instant.MIN;
    private long collections;
    private double pauseMs;
    private double longestPauseMs;
    private long heapAfterBytes;
    private double compilerMs;

    private ProfileReport() {}

    /** Returns the report of a recording. */
    public static String of(String title, Path recording) throws IOException {
        ProfileReport report = new ProfileReport();
        try (RecordingFile file = new RecordingFile(recording)) {
            while (file.hasMoreEvents()) {
                report.accept(file.readEvent());
            }
        }
        return report.render(title);
    }

    private void accept(RecordedEvent event) {
        from = event.getStartTime().isBefore(from) ? event.getStartTime() : from;
        until = event.getEndTime().isAfter(until) ? event.getEndTime() : until;
        switch (event.getEventType().getName()) {
            case "jdk.ExecutionSample" -> sample(event);
            case "jdk.NativeMethodSample" -> nativeSample(event);
            case "jdk.ObjectAllocationSample" -> allocation(event);
            case "jdk.GarbageCollection" -> collection(event);
            case "jdk.GCHeapSummary" -> heap(event);
            case "jdk.CompilerStatistics" ->
                compilerMs = Math.max(
                        compilerMs, (double) event.getDuration("totalTimeSpent").toMillis());
            default -> {
                // Of no interest here.
            }
        }
    }

    private void sample(RecordedEvent event) {
        List<RecordedFrame> stack = stackOf(event);
        if (stack.isEmpty()) {
            return;
        }
        frames.add(nameOf(stack.get(0)), 1);
        areas.add(areaOf(stack), 1);
        RecordedThread thread = event.getThread("sampledThread");
        threads.add(thread == null ? "unknown" : familyOf(thread), 1);
    }

    private void nativeSample(RecordedEvent event) {
        List<RecordedFrame> stack = stackOf(event);
        if (!stack.isEmpty() && !WAITING.contains(nameOf(stack.get(0)))) {
            nativeFrames.add(nameOf(stack.get(0)), 1);
        }
    }

    private void allocation(RecordedEvent event) {
        RecordedClass type = event.getClass("objectClass");
        double weight = (double) event.getLong("weight");
        types.add(type == null ? "unknown" : type.getName(), weight);
        allocators.add(areaOf(stackOf(event)), weight);
    }

    private void collection(RecordedEvent event) {
        collections++;
        pauseMs += event.getDuration("sumOfPauses").toNanos() / 1e6;
        longestPauseMs =
                Math.max(longestPauseMs, event.getDuration("longestPause").toNanos() / 1e6);
    }

    private void heap(RecordedEvent event) {
        if ("After GC".equals(event.getString("when"))) {
            heapAfterBytes = Math.max(heapAfterBytes, event.getLong("heapUsed"));
        }
    }

    private static List<RecordedFrame> stackOf(RecordedEvent event) {
        RecordedStackTrace trace = event.getStackTrace();
        return trace == null ? List.of() : trace.getFrames();
    }

    /** The first frame from the top that belongs to an area: classes of the JDK work for those who call them. */
    private static String areaOf(List<RecordedFrame> stack) {
        return stack.stream()
                .map(frame -> Area.of(frame.getMethod().getType().getName()))
                .flatMap(Optional::stream)
                .findFirst()
                .map(Area::title)
                .orElse("others");
    }

    /** Numbers of hidden classes and lambdas differ from run to run. */
    private static String nameOf(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName().replaceAll("[/+.]0x[0-9a-f]+$|/\\d+$", "");
        return type + '.' + frame.getMethod().getName();
    }

    private static String familyOf(RecordedThread thread) {
        @Nullable String name = thread.getJavaName();
        return name == null ? String.valueOf(thread.getOSName()) : name.replaceAll("\\d+", "N");
    }

    private String render(String title) {
        StringBuilder text = new StringBuilder();
        double seconds =
                until.isBefore(from) ? 0 : Duration.between(from, until).toMillis() / 1_000.0;
        text.append(String.format(
                Locale.ROOT,
                "%s: %.1f s recorded, %,.0f samples in Java, %,.0f in native code that did not wait%n",
                title,
                seconds,
                frames.total(),
                nativeFrames.total()));
        text.append(String.format(
                Locale.ROOT,
                "collector: %,d collections, %,.0f ms of pauses, the longest %.0f ms; at most %,.0f MiB after one%n",
                collections,
                pauseMs,
                longestPauseMs,
                heapAfterBytes / MIB));
        text.append(String.format(
                Locale.ROOT,
                "compiler: %,.0f ms; allocated: about %,.0f MiB, %,.0f MiB/s%n",
                compilerMs,
                types.total() / MIB,
                types.total() / MIB / Math.max(0.001, seconds)));
        areas.render(
                "By area, from the top of the stack to the first class that has one", Area.values().length + 1, text);
        threads.render("By thread", FRAMES, text);
        frames.render("By the method on top", FRAMES, text);
        nativeFrames.render("Native methods, without those that wait", FRAMES, text);
        types.render("Allocated bytes by type", TYPES, text);
        allocators.render("Allocated bytes by area", Area.values().length + 1, text);
        return text.toString();
    }
}

package io.weirflow.benchmarks.nemesis.site;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.cli.ExitStatus;
import io.weirflow.cli.RefusedException;
import io.weirflow.cli.control.Control;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Asks coordinators by the commands of {@code weirflow}, again until it is done, for coordinators are tormented, too. An answer may be lost, and what was
 * asked for done all the same. Any thread.
 */
final class Requests {

    private static final long PATIENCE_US = TimeUnit.MINUTES.toMicros(3);
    private static final long PAUSE_US = 500_000;

    private final String coordinators;

    /** @param coordinators as {@code --coordinator} takes them */
    Requests(String coordinators) {
        this.coordinators = coordinators;
    }

    /** What a command has said, and its exit status. */
    record Answer(int status, String out, String err) {

        boolean done() {
            return status == ExitStatus.DONE;
        }

        boolean refused() {
            return status == ExitStatus.REFUSED;
        }

        JsonNode json() {
            try {
                return new ObjectMapper().readTree(out);
            } catch (JsonProcessingException e) {
                throw new BenchException("a coordinator answered what is no JSON: " + out);
            }
        }
    }

    /** Something that is tried until it is done; its result says what became of it, for messages. */
    @FunctionalInterface
    interface Attempt {
        Answer once() throws InterruptedException;
    }

    /**
     * Asks until the answer is as it should be.
     *
     * @throws BenchException when it is not for minutes, which is a finding
     */
    Answer until(String what, Attempt attempt, Predicate<Answer> done) throws InterruptedException {
        long startUs = Clocks.epochUs();
        Answer answer = attempt.once();
        while (!done.test(answer)) {
            if (Clocks.epochUs() - startUs > PATIENCE_US) {
                throw new BenchException(what + ": not done for minutes; the last answer: " + answer);
            }
            pause();
            answer = attempt.once();
        }
        return answer;
    }

    /** Waits until a pipeline is as it should be, and returns false when it is not within that time. */
    boolean within(long patienceUs, String pipeline, Predicate<Answer> seen) throws InterruptedException {
        long startUs = Clocks.epochUs();
        while (!seen.test(describe(pipeline))) {
            if (Clocks.epochUs() - startUs > patienceUs) {
                return false;
            }
            pause();
        }
        return true;
    }

    /** Waits until it makes sense to ask again. */
    static void pause() throws InterruptedException {
        Clocks.parkUntilUs(Clocks.epochUs() + PAUSE_US);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Asks how a pipeline is; refused when there is none of that name. */
    Answer describe(String pipeline) {
        return once(control -> control.describe(pipeline));
    }

    /** Asks once. */
    Answer once(Function<Control, Integer> request) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            int status = request.apply(new Control(coordinators, Control.Form.json, toOut, toErr));
            return new Answer(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } catch (RefusedException e) {
            // Nobody could be reached: nothing was refused by a coordinator.
            return new Answer(ExitStatus.FAILED, "", String.valueOf(e.getMessage()));
        }
    }
}

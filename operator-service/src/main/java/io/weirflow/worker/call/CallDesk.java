package io.weirflow.worker.call;

import io.weirflow.api.connector.Caller;
import io.weirflow.api.connector.Caller.Outcome;
import io.weirflow.api.operator.RowException;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.protocol.id.CallId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a service about the rows that wait in one step, and appends what becomes of it to the slot's inbox. Nothing of this is in the state: after a
 * restart all rows that still wait are asked about again, and whatever two lives of a slot do at the same time, the first result in the log counts (rule
 * R8).
 *
 * <p>An attempt that fails, or gives no answer in time, is repeated after a pause that doubles. A call stays in flight until its result has come back
 * through the log, so no more than {@code maxInFlight} answers are on the heap and on their way.
 *
 * <p>The slot's thread calls everything; outcomes come on any thread and wait for {@link #doWork}.
 */
public final class CallDesk implements AutoCloseable {

    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 10_000;
    private static final long LONGEST_ASKED_PAUSE_MS = 60_000;

    private final StepSpec.Call spec;
    private final CallOperator operator;
    private final Caller caller;
    private final Results results;
    private final String idPrefix;
    private final AnswerCache cache;
    private final CallMetrics metrics;
    private final Map<CallId, Ask> asks = new LinkedHashMap<>();
    private final Queue<Runnable> news = new ConcurrentLinkedQueue<>();
    private volatile Runnable wake = () -> {};
    private long nowMs;
    private long nextDueMs = Long.MAX_VALUE;

    /** Appends results to the slot's inbox. */
    @FunctionalInterface
    public interface Results {
        /**
         * Does not wait.
         *
         * @param done told on any thread: null when the result is durable, else why it may not be
         */
        void append(CallId call, boolean failed, byte[] bytes, Consumer<@Nullable Exception> done);
    }

    private enum State {
        /** An attempt is under way. */
        ASKING,
        /** The last attempt has failed, and another will be made. */
        PAUSING,
        /** The result is on its way into the log and back. */
        ANSWERED,
        /** The result was lost on its way and will be appended again. */
        LOST
    }

    private static final class Ask {
        private final CallId call;
        private final Caller.@Nullable Request request;
        private State state = State.PAUSING;
        private Caller.@Nullable Attempt attempt;
        private int attempts;
        private long dueMs = Long.MAX_VALUE;
        private boolean failed;
        private byte[] result = {};

        Ask(CallId call, Caller.@Nullable Request request) {
            this.call = call;
            this.request = request;
        }
    }

    /**
     * @param idPrefix what the ids of calls begin with: names the slot and the run of the pipeline
     * @param caller closed with this
     */
    public CallDesk(
            StepSpec.Call spec,
            CallOperator operator,
            Caller caller,
            String idPrefix,
            Results results,
            CallMetrics metrics) {
        this.spec = spec;
        this.operator = operator;
        this.caller = caller;
        this.idPrefix = idPrefix;
        this.results = results;
        this.metrics = metrics;
        this.cache = new AnswerCache(spec.cacheTtlMs(), spec.cacheSize());
    }

    /** Says what to call, on any thread, when {@link #doWork} may find something to do. */
    public void onArrival(Runnable newWake) {
        wake = newWake;
    }

    /**
     * Takes what has come, repeats what is due, and asks about more rows.
     *
     * @param timeMs milliseconds of a clock that never goes back, for pauses and time-outs
     * @param mayAsk whether to begin calls: not while results of a former life may lie ahead in the inbox
     * @return how much was done
     */
    public int doWork(long timeMs, boolean mayAsk) {
        nowMs = timeMs;
        int work = 0;
        for (Runnable one = news.poll(); one != null; one = news.poll()) {
            one.run();
            work++;
        }
        if (nowMs >= nextDueMs) {
            work += doDue();
        }
        while (mayAsk && asks.size() < spec.maxInFlight()) {
            WaitingRows.Waiting next = operator.nextToAsk();
            if (next == null) {
                break;
            }
            begin(next);
            work++;
        }
        metrics.now(asks.size(), operator.waiting());
        return work;
    }

    /** The result of a call was taken from the log: nobody needs to ask any more. */
    public void settled(CallId call) {
        Ask ask = asks.remove(call);
        if (ask != null) {
            cancel(ask);
        }
    }

    private int doDue() {
        nextDueMs = Long.MAX_VALUE;
        int work = 0;
        for (Ask ask : new ArrayList<>(asks.values())) {
            if (ask.dueMs > nowMs) {
                nextDueMs = Math.min(nextDueMs, ask.dueMs);
                continue;
            }
            work++;
            switch (ask.state) {
                case ASKING -> {
                    cancel(ask);
                    hasFailed(ask, new Outcome.Failure("no answer within " + spec.timeoutMs() + " ms", true, 0));
                }
                case PAUSING -> attempt(ask);
                case LOST -> append(ask);
                case ANSWERED -> due(ask, Long.MAX_VALUE);
            }
        }
        return work;
    }

    private void begin(WaitingRows.Waiting row) {
        Caller.Request request;
        try {
            request = caller.request(operator.rowOf(row));
        } catch (RowException e) {
            Ask ask = new Ask(row.id(), null);
            asks.put(row.id(), ask);
            conclude(ask, true, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
            return;
        }
        Ask ask = new Ask(row.id(), request);
        asks.put(row.id(), ask);
        byte[] known = cache.get(request.question(), nowMs);
        if (known == null) {
            attempt(ask);
        } else {
            metrics.cacheHit();
            conclude(ask, false, known);
        }
    }

    private void attempt(Ask ask) {
        Caller.Request request = ask.request;
        if (request == null) {
            throw new IllegalStateException("a call without a request is repeated");
        }
        ask.state = State.ASKING;
        int number = ++ask.attempts;
        metrics.attempt(number > 1);
        due(ask, nowMs + spec.timeoutMs());
        String id = idPrefix + ask.call.step() + "-" + ask.call.offset() + "-" + ask.call.index();
        ask.attempt = request.send(id, outcome -> {
            news.add(() -> hasEnded(ask, number, outcome));
            wake.run();
        });
    }

    private void hasEnded(Ask ask, int number, Outcome outcome) {
        if (asks.get(ask.call) != ask || ask.state != State.ASKING || ask.attempts != number) {
            return;
        }
        ask.attempt = null;
        if (outcome instanceof Outcome.Answer answer) {
            Caller.Request request = ask.request;
            if (request != null) {
                cache.put(request.question(), answer.json(), nowMs);
            }
            conclude(ask, false, answer.json());
        } else {
            hasFailed(ask, (Outcome.Failure) outcome);
        }
    }

    private void hasFailed(Ask ask, Outcome.Failure failure) {
        if (!failure.retriable() || ask.attempts > spec.retries()) {
            String times = ask.attempts > 1 ? ", " + ask.attempts + " times" : "";
            conclude(ask, true, (failure.reason() + times).getBytes(StandardCharsets.UTF_8));
            return;
        }
        ask.state = State.PAUSING;
        long pauseMs = Math.min(FIRST_PAUSE_MS << Math.min(ask.attempts - 1, 20), LONGEST_PAUSE_MS);
        long askedMs = Math.min(failure.askedPauseMs(), LONGEST_ASKED_PAUSE_MS);
        due(ask, nowMs + Math.max(pauseMs, askedMs));
    }

    private void conclude(Ask ask, boolean failed, byte[] result) {
        if (failed) {
            metrics.failed();
        }
        ask.failed = failed;
        ask.result = result;
        append(ask);
    }

    private void append(Ask ask) {
        ask.state = State.ANSWERED;
        due(ask, Long.MAX_VALUE);
        results.append(ask.call, ask.failed, ask.result, lost -> {
            if (lost != null) {
                news.add(() -> wasLost(ask));
                wake.run();
            }
        });
    }

    private void wasLost(Ask ask) {
        if (asks.get(ask.call) == ask && ask.state == State.ANSWERED) {
            ask.state = State.LOST;
            due(ask, nowMs + FIRST_PAUSE_MS);
        }
    }

    private void due(Ask ask, long dueMs) {
        ask.dueMs = dueMs;
        nextDueMs = Math.min(nextDueMs, dueMs);
    }

    private static void cancel(Ask ask) {
        Caller.Attempt attempt = ask.attempt;
        ask.attempt = null;
        if (attempt != null) {
            attempt.cancel();
        }
    }

    /** Ends what is under way. Its results may still come into the log, where they do no harm. */
    @Override
    public void close() {
        asks.values().forEach(CallDesk::cancel);
        asks.clear();
        caller.close();
    }
}

package io.weirflow.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.testkit.seed.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills {@code weirflow run} under the pipeline of the example {@code bank} again and again, starts it anew in the same data directory, and audits what it
 * has written: nothing lost, nothing doubled, in order, and what was visible once stays as it was.
 *
 * <p>A life of the process ends at one of three moments: while it starts; some time after it has committed rows; or when the first result is complete
 * and others are not. Each seed gives {@value #KILLS} kills.
 */
final class KillIT {

    private static final int STARTING = 2;
    private static final int WORKING = 4;
    private static final int ENDING = 1;
    private static final int KILLS = STARTING + WORKING + ENDING;

    private static final int MAX_START_MS = 3_000;
    private static final int MAX_WORK_MS = 1_500;

    /** Enough for all lives that work: about 18 s of rows. */
    private static final int ROWS = 27_000;

    private static final int RATE = 1_500;

    /** When to end a life. */
    private sealed interface Moment {
        record AfterStart(long delayMs) implements Moment {}

        record AfterCommit(long delayMs) implements Moment {}

        record AtFirstResult() implements Moment {}
    }

    /** What happened so far. */
    private static final class Tally {
        private int kills;
        private int killsAfterCommits;
        private int killsAtTheEnd;
        private int starts;
        private int histories;
        private long rows;

        @Override
        public String toString() {
            return kills + " kills (" + killsAfterCommits + " after commits, " + killsAtTheEnd + " while ending), "
                    + starts + " starts, " + histories + " histories, " + rows + " rows audited";
        }
    }

    @Seeded(seeds = 1)
    void nothingIsLostAndNothingIsDoubled(long seed, @TempDir Path folder, TestReporter reporter) throws Exception {
        Random random = new Random(seed);
        Deque<Moment> moments = moments(random);
        Tally tally = new Tally();
        while (!moments.isEmpty()) {
            tally.histories++;
            new History(folder.resolve("history-" + tally.histories), random.nextInt(1_000), tally).play(moments);
        }
        reporter.publishEntry("seed " + seed, tally.toString());
        assertThat(tally.kills).isEqualTo(KILLS);
        assertThat(tally.killsAfterCommits).as("%s", tally).isEqualTo(WORKING);
    }

    private static Deque<Moment> moments(Random random) {
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < STARTING; i++) {
            moments.add(new Moment.AfterStart(random.nextInt(MAX_START_MS)));
        }
        for (int i = 0; i < WORKING; i++) {
            moments.add(new Moment.AfterCommit(random.nextInt(MAX_WORK_MS)));
        }
        Collections.shuffle(moments, random);
        for (int i = 0; i < ENDING; i++) {
            moments.add(new Moment.AtFirstResult());
        }
        return new ArrayDeque<>(moments);
    }

    /** One data directory, from its first start until the pipeline is finished. */
    private static final class History {
        private final Path folder;
        private final Path pipeline;
        private final Map<String, String> set;
        private final Tally tally;
        private final CommittedRows moved;
        private final CommittedRows balances;
        private final CommittedRows bursts;
        private final CommittedRows alerts;

        History(Path folder, int generatorSeed, Tally tally) throws IOException {
            this.folder = Files.createDirectories(folder);
            this.pipeline = folder.resolve("pipeline.yaml");
            this.tally = tally;
            Files.copy(Path.of("bank/pipeline.yaml"), pipeline);
            this.set = Map.of(
                    "ROWS", Integer.toString(ROWS),
                    "RATE", Integer.toString(RATE),
                    "SEED", Integer.toString(generatorSeed),
                    "PARTITIONS", "3");
            Path out = folder.resolve("out");
            this.moved = new CommittedRows(out.resolve("moved.jsonl"));
            this.balances = new CommittedRows(out.resolve("balances.jsonl"));
            this.bursts = new CommittedRows(out.resolve("bursts.jsonl"));
            this.alerts = new CommittedRows(out.resolve("alerts.jsonl"));
        }

        private List<CommittedRows> outputs() {
            return List.of(moved, balances, bursts, alerts);
        }

        /** Takes moments while there are any; when the process ends before one comes, the moment is left for the next history. */
        void play(Deque<Moment> moments) throws Exception {
            boolean finished = false;
            while (!finished && !moments.isEmpty()) {
                try (WeirflowProcess process = start()) {
                    finished = !reaches(process, moments.peek());
                    if (finished) {
                        process.awaitSuccess();
                    } else {
                        process.kill();
                        count(moments.remove());
                    }
                }
                lookAtOutputs();
            }
            // A finished pipeline that is started again runs anew, so it is left alone when the last kill came too
            // late.
            if (!finished && !resultsAreComplete()) {
                runToTheEnd();
            }
            audit();
        }

        private boolean resultsAreComplete() {
            return outputs().stream()
                    .allMatch(output -> Files.exists(output.result()) && !Files.exists(output.folderOfParts()));
        }

        private WeirflowProcess start() throws IOException {
            tally.starts++;
            return WeirflowProcess.start(
                    pipeline, folder.resolve("data"), set, folder.resolve("logs"), "start-" + tally.starts);
        }

        private void runToTheEnd() throws Exception {
            try (WeirflowProcess process = start()) {
                process.awaitSuccess();
            }
        }

        /** Returns whether the moment has come; else the process has ended by itself. */
        private boolean reaches(WeirflowProcess process, Moment moment) throws InterruptedException {
            if (moment instanceof Moment.AfterStart start) {
                return process.runsFor(start.delayMs());
            }
            if (moment instanceof Moment.AfterCommit commit) {
                long before = balances.count();
                return process.await(() -> balances.count() > before) && process.runsFor(commit.delayMs());
            }
            return process.await(() -> outputs().stream().anyMatch(output -> Files.exists(output.result())));
        }

        private void count(Moment moment) {
            tally.kills++;
            tally.killsAfterCommits += moment instanceof Moment.AfterCommit ? 1 : 0;
            tally.killsAtTheEnd += moment instanceof Moment.AtFirstResult ? 1 : 0;
        }

        private void lookAtOutputs() throws IOException {
            for (CommittedRows output : outputs()) {
                output.look();
            }
        }

        private void audit() throws Exception {
            BankAudit audit = BankAudit.of(pipeline, set);
            assertThat(audit.transfers()).isEqualTo(ROWS);
            audit.checkMoved(moved.finished());
            audit.checkBalances(balances.finished());
            audit.checkAlerts(alerts.finished(), balances.finished());
            audit.checkBursts(bursts.finished());
            for (CommittedRows output : outputs()) {
                tally.rows += output.finished().size();
            }
        }
    }
}

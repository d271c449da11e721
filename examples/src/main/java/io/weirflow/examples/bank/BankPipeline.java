package io.weirflow.examples.bank;

import io.weirflow.api.Edge;
import io.weirflow.api.definition.PipelineDefinition;
import io.weirflow.api.definition.Pipelines;
import io.weirflow.api.definition.WindowDefinition;
import io.weirflow.cli.run.LocalRun;
import io.weirflow.cli.run.RunSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The pipeline of {@code examples/bank/pipeline.yaml}, in Java: a test says that both give the same plan. Its operators need no {@code --plugins}
 * here, because they are on the class path.
 */
public final class BankPipeline {

    private static final long RED_LINE_CENTS = -1_000_000;

    private BankPipeline() {}

    /**
     * Runs the pipeline until it ends.
     *
     * @param args the folder under which {@code out} is written; the present one unless given
     */
    @Edge // The entry point.
    public static void main(String[] args) {
        Path folder = Path.of(args.length > 0 ? args[0] : "");
        System.exit(LocalRun.ofDefinition(definition(6_000), folder, RunSettings.defaults()));
    }

    /** Returns the pipeline over so many transfers. */
    static PipelineDefinition definition(long transfers) {
        return Pipelines.define("bank").stream(
                        "transfers",
                        stream ->
                                stream.source("generator", generator(transfers)).eventTime("ts", Duration.ofSeconds(2)))
                .stage(
                        "debit",
                        stage -> stage.from("transfers")
                                .select("ts", "ts")
                                .select("transfer", "id")
                                .select("account", "from_account")
                                .select("amount", "-amount"))
                .stage(
                        "credit",
                        stage -> stage.from("transfers")
                                .select("ts", "ts")
                                .select("transfer", "id")
                                .select("account", "to_account")
                                .select("amount", "amount"))
                .stage(
                        "moved",
                        stage -> stage.from("debit", "credit")
                                .groupBy("account")
                                .window(WindowDefinition.tumbling(Duration.ofSeconds(10)))
                                .select("movements", "COUNT(*)")
                                .select("moved", "SUM(amount)"))
                .stage(
                        "balances",
                        stage -> stage.from("debit", "credit")
                                .keyBy("account")
                                .operator(
                                        RunningBalance.class,
                                        operator -> operator.column("account", "BIGINT NOT NULL")
                                                .column("movement", "BIGINT NOT NULL")
                                                .column("transfer", "BIGINT NOT NULL")
                                                .column("amount", "BIGINT NOT NULL")
                                                .column("balance", "BIGINT NOT NULL")))
                .stage(
                        "bursts",
                        stage -> stage.from("transfers")
                                .select("account", "from_account")
                                .select("transfer", "id")
                                .select("amount", "amount")
                                .keyBy("account")
                                .operator(
                                        VelocityCheck.class,
                                        operator -> operator.config("payments", 8)
                                                .config("within_ms", 10_000)
                                                .column("account", "BIGINT NOT NULL")
                                                .column("first_at", "TIMESTAMP NOT NULL")
                                                .column("last_at", "TIMESTAMP NOT NULL")
                                                .column("payments", "BIGINT NOT NULL")
                                                .column("paid", "BIGINT NOT NULL")))
                .stage(
                        "in_the_red",
                        stage -> stage.from("balances")
                                .alert(alert -> alert.key("account")
                                        .when("balance < " + RED_LINE_CENTS)
                                        .severity("warning")
                                        .summary("account {account} is at {CAST(balance / 100.0 AS DECIMAL(18, 2))}")))
                .sink("console", sink -> sink.from("in_the_red").to("console", Map.of()))
                .sink("moved", sink -> sink.from("moved").to("file", Map.of("path", "out/moved.jsonl")))
                .sink("balances", sink -> sink.from("balances").to("file", Map.of("path", "out/balances.jsonl")))
                .sink("bursts", sink -> sink.from("bursts").to("file", Map.of("path", "out/bursts.jsonl")))
                .sink("alerts", sink -> sink.from("in_the_red").to("file", Map.of("path", "out/alerts.jsonl")))
                .build();
    }

    private static Map<String, Object> generator(long transfers) {
        return Map.of(
                "kind", "transfers",
                "rows", transfers,
                "rate", 1_000_000,
                "seed", 7,
                "partitions", 1,
                "accounts", 50,
                "events_per_second", 20,
                "disorder", Duration.ofSeconds(2));
    }
}

package io.weirflow.benchmarks.profile;

import java.util.List;
import java.util.Optional;

/** What a frame of a stack works on, by its class. The same areas for all engines, so that their profiles can be compared. */
enum Area {
    DECODE(
            "decoding and encoding of records",
            "io.weirflow.connectors.format.",
            "io.weirflow.api.connector.Row",
            "com.fasterxml.jackson.",
            "io.weirflow.benchmarks.data.OutputRow",
            "io.weirflow.benchmarks.child.JsonText",
            "io.weirflow.benchmarks.flink.Json"),
    EXPRESSIONS("expressions", "io.weirflow.worker.codegen.", "io.weirflow.worker.functions.", "io.weirflow.api.expr."),
    FRAMES(
            "rows between slots or tasks",
            "io.weirflow.protocol.frame.",
            "io.weirflow.protocol.chain.",
            "io.weirflow.protocol.row.",
            "io.weirflow.protocol.bytes.",
            "io.weirflow.worker.slot.SlotOutputs",
            "io.weirflow.worker.slot.SendNode",
            "io.weirflow.worker.slot.InboxInput",
            "org.apache.flink.runtime.io.network.",
            "org.apache.flink.streaming.runtime.io.",
            "org.apache.flink.streaming.runtime.streamrecord."),
    STATE(
            "state",
            "io.weirflow.state.",
            "org.rocksdb.",
            "org.forstdb.",
            "org.apache.flink.state.",
            "org.apache.flink.runtime.state.",
            "org.apache.flink.contrib.streaming.state.",
            "org.apache.kafka.streams.state."),
    WINDOWS(
            "windows and aggregates",
            "io.weirflow.worker.operators.",
            "io.weirflow.worker.aggregate.",
            "org.apache.flink.streaming.runtime.operators.windowing.",
            "org.apache.flink.streaming.api.windowing.",
            "org.apache.kafka.streams.kstream.",
            "io.weirflow.benchmarks.data.BidTotals"),
    BROKER_IO("sockets and files", "sun.nio.", "java.net.", "java.io.FileInputStream", "java.io.FileOutputStream"),
    KAFKA_CLIENT("Kafka client", "org.apache.kafka.clients.", "org.apache.kafka.common."),
    ENGINE(
            "the rest of the engine",
            "io.weirflow.",
            "org.apache.flink.",
            "org.apache.kafka.streams.",
            "org.apache.kafka.");

    private final String title;
    private final List<String> prefixes;

    Area(String title, String... prefixes) {
        this.title = title;
        this.prefixes = List.of(prefixes);
    }

    String title() {
        return title;
    }

    /** Returns the area of a class; empty for those of the JDK and others that work for whoever calls them. */
    static Optional<Area> of(String className) {
        for (Area area : values()) {
            for (String prefix : area.prefixes) {
                if (className.startsWith(prefix)) {
                    return Optional.of(area);
                }
            }
        }
        return Optional.empty();
    }
}

package io.weirflow.worker.service;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StageInput;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.control.ControlCodec;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Plays the coordinator for tests of the worker alone: makes the topics and writes the control log by hand. */
final class ControlScript implements AutoCloseable {

    private final Names names;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<String, Object> client;

    ControlScript(String bootstrapServers, Names names) {
        this.names = names;
        this.client = Map.of("bootstrap.servers", bootstrapServers);
        this.producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void createTopics(Pipeline pipeline) throws ExecutionException, InterruptedException {
        List<NewTopic> topics = new ArrayList<>();
        topics.add(new NewTopic(names.controlTopic(), 1, (short) 1));
        topics.add(new NewTopic(names.fleetTopic(), 1, (short) 1));
        for (StagePlan stage : pipeline.stages()) {
            topics.add(new NewTopic(Names.changelogTopic(pipeline.name(), stage.uid()), stage.slots(), (short) 1)
                    .configs(Map.of("cleanup.policy", "compact")));
            if (stage.input() instanceof StageInput.Inbox) {
                topics.add(new NewTopic(Names.inboxTopic(pipeline.name(), stage.uid()), stage.slots(), (short) 1));
            }
        }
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(topics).all().get();
        }
    }

    void admit(Pipeline pipeline, Incarnation incarnation, Path baseDir) {
        String instance = "run-" + incarnation.number();
        append(new ControlRecord.PipelineAdmitted(
                pipeline.name(), instance, incarnation, "test", baseDir.toString(), pipeline));
        phase(pipeline, incarnation, Phase.RUNNING);
    }

    void phase(Pipeline pipeline, Incarnation incarnation, Phase phase) {
        append(new ControlRecord.PhaseChanged(pipeline.name(), "run-" + incarnation.number(), phase, ""));
    }

    void assignAll(Pipeline pipeline, Incarnation incarnation, WorkerId worker, long epoch) {
        for (StagePlan stage : pipeline.stages()) {
            for (int partition = 0; partition < stage.slots(); partition++) {
                SlotId slot = new SlotId(pipeline.name(), stage.id(), partition);
                append(new ControlRecord.SlotAssigned(
                        slot, "run-" + incarnation.number(), worker, false, new LeaseEpoch(epoch)));
            }
        }
    }

    void trigger(Pipeline pipeline, long number) {
        append(new ControlRecord.CheckpointTriggered(pipeline.name(), number));
    }

    private void append(ControlRecord record) {
        try {
            producer.send(new ProducerRecord<>(
                            names.controlTopic(), 0, ControlCodec.key(record), ControlCodec.value(record)))
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}

package io.weirflow.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.weirflow.api.KafkaAccess;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.coordinator.Admission;
import io.weirflow.coordinator.Admission.Accepted;
import io.weirflow.coordinator.Admission.Refused;
import io.weirflow.coordinator.ControlApi;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.ControlView.SlotView;
import io.weirflow.coordinator.ControlView.WorkerView;
import io.weirflow.coordinator.CoordinatorHttp;
import io.weirflow.coordinator.CoordinatorService;
import io.weirflow.coordinator.CoordinatorSettings;
import io.weirflow.coordinator.PlanCompiler.Compiled;
import io.weirflow.coordinator.Plans;
import io.weirflow.coordinator.Policy;
import io.weirflow.coordinator.RefusedException;
import io.weirflow.protocol.control.ControlRecord;
import io.weirflow.protocol.control.ControlRecord.CheckpointTriggered;
import io.weirflow.protocol.control.ControlRecord.PhaseChanged;
import io.weirflow.protocol.control.Phase;
import io.weirflow.protocol.fleet.FleetCodec;
import io.weirflow.protocol.fleet.FleetRecord;
import io.weirflow.protocol.fleet.FleetRecord.SinksCompleted;
import io.weirflow.protocol.fleet.FleetRecord.SlotReport;
import io.weirflow.protocol.fleet.FleetRecord.WorkerHeartbeat;
import io.weirflow.protocol.fleet.SlotStatus;
import io.weirflow.protocol.fleet.WorkerScope;
import io.weirflow.protocol.id.Names;
import io.weirflow.protocol.id.WorkerId;
import io.weirflow.protocol.log.ControlLogReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The coordinator on a real broker. Workers are played by the test: heartbeats and reports, no rows. */
final class CoordinatorServiceIT {

    private static final WorkerId A = new WorkerId("a", 1);
    private static final WorkerId B = new WorkerId("b", 1);
    private static EmbeddedBroker broker;
    private static Admin admin;
    private static int clusters;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Map<WorkerId, Boolean> beating = new ConcurrentHashMap<>();
    private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();
    private String cluster;
    private Names names;
    private KafkaProducer<byte[], byte[]> fleet;

    @BeforeAll
    static void startBroker() throws Exception {
        // Not the default of ten seconds: a machine of others may stand still for as long.
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
        broker = EmbeddedBroker.startTemporary();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void open() {
        cluster = "test-" + ++clusters;
        names = new Names(cluster);
        fleet = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var unused = heart.scheduleAtFixedRate(
                () -> beating.keySet().forEach(worker -> report(new WorkerHeartbeat(worker, 1))),
                0,
                100,
                TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void close() throws Exception {
        heart.shutdownNow();
        for (AutoCloseable one : open) {
            one.close();
        }
        fleet.close(Duration.ofSeconds(1));
    }

    private CoordinatorSettings settings(String id) {
        Policy policy = new Policy(1_000, 5_000, 1_000, 100, 1, 1_000, 200, 200, 50, 500, 8, 500, 1);
        return CoordinatorSettings.of(broker.bootstrapServers(), cluster, id).withPolicy(policy);
    }

    private CoordinatorService start(String id) {
        CoordinatorService service = CoordinatorService.start(settings(id));
        open.add(service);
        return service;
    }

    private void report(FleetRecord report) {
        var unused =
                fleet.send(new ProducerRecord<>(names.fleetTopic(), FleetCodec.encode(report)), (sent, failure) -> {});
    }

    private void statusOfAll(CoordinatorService service, String pipeline, SlotStatus status) {
        slots(service, pipeline)
                .forEach(slot -> report(new SlotReport(slot.owner().orElseThrow(), slot.slot(), slot.epoch(), status)));
    }

    private static List<SlotView> slots(CoordinatorService service, String pipeline) {
        return service.view().pipeline(pipeline).orElseThrow().slots();
    }

    private static Phase phase(CoordinatorService service, String pipeline) {
        return service.view().pipeline(pipeline).orElseThrow().phase();
    }

    private void awaitAssigned(CoordinatorService service, String pipeline) {
        await().until(() ->
                slots(service, pipeline).stream().allMatch(slot -> slot.owner().isPresent()));
    }

    private List<ControlRecord> log() {
        List<ControlRecord> records = new ArrayList<>();
        try (ControlLogReader reader =
                KafkaControlLogReader.open(KafkaAccess.open(broker.bootstrapServers()), names.controlTopic())) {
            while (!reader.caughtUp()) {
                records.addAll(reader.poll(100));
            }
        }
        return records;
    }

    private Admission submit(CoordinatorService service, String name, int slots) {
        return service.submit(Plans.twoStages(name, slots), "/base")
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void aPipelineRunsFromSubmissionToItsEnd() throws Exception {
        List<Phase> phases = new CopyOnWriteArrayList<>();
        CoordinatorService service = CoordinatorService.start(settings("c1"), change -> phases.add(change.phase()));
        open.add(service);
        beating.put(A, true);
        beating.put(B, true);
        String name = cluster + "-whole";
        assertThat(submit(service, name, 4)).isInstanceOf(Accepted.class);
        awaitAssigned(service, name);

        var topics = admin.describeTopics(List.of(
                        name + ".events.changelog", name + ".out.changelog", name + ".out.inbox", names.controlTopic()))
                .allTopicNames()
                .get();
        assertThat(topics.get(name + ".out.inbox").partitions()).hasSize(4);
        assertThat(topics.get(name + ".events.changelog").partitions()).hasSize(4);
        assertThat(topics.get(names.controlTopic()).partitions()).hasSize(1);
        assertThat(admin.listTopics().names().get()).doesNotContain(name + ".events.inbox");
        assertThat(config(name + ".out.changelog", "cleanup.policy")).isEqualTo("compact");
        assertThat(config(name + ".out.inbox", "cleanup.policy")).isEqualTo("delete");
        assertThat(config(name + ".out.inbox", "retention.ms")).isEqualTo("-1");
        assertThat(config(name + ".out.inbox", "max.message.bytes")).isEqualTo(Integer.toString(8 << 20));

        statusOfAll(service, name, new SlotStatus.Running(SlotStatus.NONE, 0, 0));
        await().until(() -> service.view().pipeline(name).orElseThrow().checkpoint() >= 3);
        statusOfAll(service, name, new SlotStatus.Finished(3, 100));
        await().until(() -> phase(service, name) == Phase.COMPLETING);
        report(new SinksCompleted(
                A, name, service.view().pipeline(name).orElseThrow().instance(), 1));
        await().until(() -> phase(service, name) == Phase.FINISHED);

        assertThat(phases).containsExactly(Phase.RUNNING, Phase.COMPLETING, Phase.FINISHED);
        List<ControlRecord> log = log();
        assertThat(log.stream().filter(CheckpointTriggered.class::isInstance).count())
                .isGreaterThanOrEqualTo(3);
        assertThat(log.stream()
                        .filter(PhaseChanged.class::isInstance)
                        .map(one -> ((PhaseChanged) one).phase())
                        .toList())
                .isEqualTo(phases);
    }

    private static String config(String topic, String key) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource)
                .get(key)
                .value();
    }

    @Test
    void aSecondCoordinatorFencesTheFirstAndGoesOn() {
        CoordinatorService first = start("c1");
        beating.put(A, true);
        String name = cluster + "-two";
        assertThat(submit(first, name, 2)).isInstanceOf(Accepted.class);
        awaitAssigned(first, name);
        statusOfAll(first, name, new SlotStatus.Running(SlotStatus.NONE, 0, 0));
        await().until(() -> first.view().pipeline(name).orElseThrow().checkpoint() >= 1);

        CoordinatorService second = start("c2");
        await().until(() -> first.view().role() == Role.FENCED);
        assertThat(submit(first, name + "-late", 1)).isInstanceOf(Refused.class);
        assertThat(second.view().role()).isEqualTo(Role.LEADING);
        assertThat(second.view().term()).isGreaterThan(first.view().term());
        assertThat(slots(second, name))
                .extracting(SlotView::slot, SlotView::owner, SlotView::epoch)
                .isEqualTo(slots(first, name).stream()
                        .map(slot -> org.assertj.core.groups.Tuple.tuple(slot.slot(), slot.owner(), slot.epoch()))
                        .toList());
        long checkpoint = second.view().pipeline(name).orElseThrow().checkpoint();
        statusOfAll(second, name, new SlotStatus.Running(checkpoint, 5, 0));
        await().until(() -> second.view().pipeline(name).orElseThrow().checkpoint() > checkpoint);
        assertThat(second.view().role()).isEqualTo(Role.LEADING);
    }

    @Test
    void theLeaseOfADeadWorkerIsFencedBeforeItsSlotsMove() {
        CoordinatorService service = start("c1");
        beating.put(A, true);
        beating.put(B, true);
        await().until(() -> service.view().workers().size() == 2);
        String name = cluster + "-dead";
        assertThat(submit(service, name, 2)).isInstanceOf(Accepted.class);
        awaitAssigned(service, name);
        try (KafkaProducer<byte[], byte[]> lease = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        Names.leaseTransactionalId(name, "b")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            lease.initTransactions();
            lease.beginTransaction();
            var unused = lease.send(
                    new ProducerRecord<>(name + ".out.changelog", 1, new byte[1], new byte[1]), (sent, failure) -> {});
            lease.flush();
            beating.remove(B);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> slots(service, name).stream()
                            .allMatch(slot -> slot.owner().orElseThrow().equals(A) && !slot.revoked()));
            assertThatThrownBy(lease::commitTransaction).isInstanceOf(ProducerFencedException.class);
        }
    }

    @Test
    void everythingIsThereAfterARestart() {
        CoordinatorService first = start("c1");
        beating.put(A, true);
        String name = cluster + "-again";
        assertThat(submit(first, name, 2)).isInstanceOf(Accepted.class);
        awaitAssigned(first, name);
        first.close();
        beating.clear();

        CoordinatorService second = start("c1");
        assertThat(phase(second, name)).isEqualTo(Phase.RUNNING);
        WorkerId next = new WorkerId("a", 2);
        beating.put(next, true);
        await().until(() -> slots(second, name).stream()
                .allMatch(slot -> slot.owner().orElseThrow().equals(next)));
        assertThat(submit(second, name, 2))
                .isInstanceOfSatisfying(
                        Accepted.class, accepted -> assertThat(accepted.start()).isEqualTo(Admission.Start.RESUMED));
        assertThat(submit(second, name, 3)).isInstanceOf(Refused.class);
    }

    @Test
    void aTopicThatDoesNotFitIsRefusedWithAdvice() throws Exception {
        CoordinatorService service = start("c1");
        String name = cluster + "-odd";
        admin.createTopics(List.of(new NewTopic(name + ".out.inbox", 3, (short) 1)))
                .all()
                .get();
        assertThat(submit(service, name, 2))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.message())
                                .contains(name + ".out.inbox' has 3 partitions and the pipeline needs 2")
                                .contains("rename the pipeline"));
        assertThat(service.view().pipeline(name)).isEmpty();
    }

    @Test
    void aTopicThatIsGoneIsRefused() throws Exception {
        CoordinatorService service = start("c1");
        String name = cluster + "-gone";
        assertThat(submit(service, name, 1)).isInstanceOf(Accepted.class);
        admin.deleteTopics(List.of(name + ".out.changelog")).all().get();
        await().untilAsserted(() -> assertThat(submit(service, name, 1))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.message()).contains("is gone")));
    }

    @Test
    void aMalformedReportIsLeftOut() {
        CoordinatorService service = start("c1");
        var unused = fleet.send(new ProducerRecord<>(names.fleetTopic(), "rubbish".getBytes()), (sent, failure) -> {});
        beating.put(A, true);
        await().until(() -> service.view().workers().contains(new WorkerView(A, WorkerScope.ALL)));
    }

    @Test
    void aBrokerThatIsNotThereIsRefusedInTime() {
        CoordinatorSettings nobody =
                CoordinatorSettings.of("127.0.0.1:1", cluster, "c1").withStartTimeoutMs(500);
        assertThatThrownBy(() -> CoordinatorService.start(nobody))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageContaining("check the address");
    }

    @Test
    void httpShowsThePipelines() throws Exception {
        CoordinatorService service = start("c1");
        beating.put(A, true);
        String name = cluster + "-http";
        submit(service, name, 1);
        awaitAssigned(service, name);
        Vertx vertx = Vertx.vertx();
        ControlApi api = new ControlApi(
                service::view, () -> service, (yaml, file, base, set) -> new Compiled(List.of(), Optional.empty()));
        try (CoordinatorHttp http = CoordinatorHttp.start(api, vertx, CoordinatorHttp.LOOPBACK, 0)) {
            HttpClient client = HttpClient.newHttpClient();
            assertThat(get(client, http, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(client, http, "/elsewhere").headers().firstValue("X-Content-Type-Options"))
                    .hasValue("nosniff");
            assertThat(get(client, http, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(new JsonObject(get(client, http, "/pipelines").body()).getJsonArray("pipelines"))
                    .contains(new JsonObject().put("name", name).put("phase", "RUNNING"));
            JsonObject one =
                    new JsonObject(get(client, http, "/pipelines/" + name).body());
            assertThat(one.getJsonArray("slots").getJsonObject(0).getString("owner"))
                    .isEqualTo("a#1");
            assertThat(get(client, http, "/pipelines/nobody").statusCode()).isEqualTo(404);
            int taken = http.port();
            assertThatThrownBy(() -> CoordinatorHttp.start(api, vertx, CoordinatorHttp.LOOPBACK, taken))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(":" + taken);
            service.close();
            assertThat(get(client, http, "/health/ready").statusCode()).isEqualTo(503);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static HttpResponse<String> get(HttpClient client, CoordinatorHttp http, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + http.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}

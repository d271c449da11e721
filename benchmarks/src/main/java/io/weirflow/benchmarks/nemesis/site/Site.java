package io.weirflow.benchmarks.nemesis.site;

import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.nemesis.site.Member.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A broker and the processes around it. Each process has a way of its own to the broker, a listener behind a {@link Proxy}, because Kafka's clients
 * connect to the address that the broker tells them. The harness itself has a way that is never cut.
 */
public final class Site implements AutoCloseable {

    private static final long REVIVE_INTERVAL_MS = 500;

    private final Layout layout;
    private final Consumer<String> notes;
    private final int brokerPort;
    private final List<Member> members = new ArrayList<>();
    private final List<Proxy> proxies = new ArrayList<>();
    private final List<String> controls = new ArrayList<>();
    private final List<String> listeners = new ArrayList<>();
    private final Ports ports;
    private final ScheduledExecutorService reviver = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "reviver");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * What a site consists of.
     *
     * @param folder for logs and data
     * @param java starts the command of each process: the JVM and its class path, without the main class
     */
    public record Layout(Path folder, Java java) {}

    /** Makes the command of a process. */
    @FunctionalInterface
    public interface Java {
        /** @param heap as for {@code -Xmx} */
        List<String> command(String heap, String mainClass, List<String> arguments);
    }

    /** @param random for free ports */
    private Site(Layout layout, Random random, Consumer<String> notes) {
        this.layout = layout;
        this.notes = notes;
        this.ports = new Ports(random);
        this.brokerPort = ports.next();
    }

    /**
     * A fleet of Weirflow; nothing runs yet.
     *
     * @param random for free ports
     * @param notes takes what nobody wanted; any thread
     */
    public static Site weirflow(Layout layout, int coordinators, int workers, Random random, Consumer<String> notes) {
        Site site = new Site(layout, random, notes);
        for (int i = 1; i <= coordinators; i++) {
            site.addCoordinator("c" + i);
        }
        for (int i = 1; i <= workers; i++) {
            site.addWorker("w" + i);
        }
        site.addBroker();
        return site;
    }

    /** Processes that all run the same main class, with {@code BOOTSTRAP DATA_DIR} before the other arguments. */
    public static Site of(
            Layout layout,
            int workers,
            String mainClass,
            List<String> arguments,
            Random random,
            Consumer<String> notes) {
        Site site = new Site(layout, random, notes);
        for (int i = 1; i <= workers; i++) {
            String name = "w" + i;
            Proxy proxy = site.proxy(name);
            Path data = layout.folder().resolve(name);
            List<String> all = new ArrayList<>(List.of(address(proxy), data.toString()));
            all.addAll(arguments);
            site.add(name, Role.WORKER, layout.java().command("192m", mainClass, all), data, Optional.of(proxy));
        }
        site.addBroker();
        return site;
    }

    private void addCoordinator(String name) {
        Proxy proxy = proxy(name);
        int port = ports.next();
        controls.add("127.0.0.1:" + port);
        List<String> arguments = List.of(
                "coordinator",
                "--kafka",
                address(proxy),
                "--kafka-timeout",
                "120",
                "--name",
                name,
                "--port",
                "" + port,
                "--savepoints",
                savepoints().toString());
        add(name, Role.COORDINATOR, main("160m", arguments), layout.folder().resolve(name), Optional.of(proxy));
    }

    private void addWorker(String name) {
        Proxy proxy = proxy(name);
        Path data = layout.folder().resolve(name);
        List<String> arguments = List.of(
                "worker",
                "--kafka",
                address(proxy),
                "--kafka-timeout",
                "120",
                "--name",
                name,
                "--data",
                data.toString());
        add(name, Role.WORKER, main("256m", arguments), data, Optional.of(proxy));
    }

    private void addBroker() {
        Path data = layout.folder().resolve("broker");
        List<String> arguments =
                new ArrayList<>(List.of("broker", "--data", data.toString(), "--port", "" + brokerPort));
        listeners.forEach(listener -> arguments.addAll(List.of("--listener", listener)));
        add("broker", Role.BROKER, main("512m", arguments), data, Optional.empty());
    }

    private void add(String name, Role role, List<String> command, Path data, Optional<Proxy> proxy) {
        Path log = layout.folder().resolve("logs").resolve(name + ".log");
        members.add(new Member(name, role, command, log, Optional.of(data), proxy, notes));
    }

    private List<String> main(String heap, List<String> arguments) {
        return layout.java().command(heap, "io.weirflow.cli.Main", arguments);
    }

    private Proxy proxy(String name) {
        int listener = ports.next();
        try {
            Proxy proxy = Proxy.start(name + "-proxy", listener);
            proxies.add(proxy);
            listeners.add(listener + "=127.0.0.1:" + proxy.port());
            return proxy;
        } catch (IOException e) {
            throw new BenchException("a proxy cannot be started: " + e.getMessage());
        }
    }

    private static String address(Proxy proxy) {
        return "127.0.0.1:" + proxy.port();
    }

    /** Starts the broker; from now on, processes that end by themselves are started again. */
    public void startBroker() {
        member("broker").start();
        var unused = reviver.scheduleWithFixedDelay(
                () -> members.forEach(Member::revive), REVIVE_INTERVAL_MS, REVIVE_INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    /** Starts all others. */
    public void startRest() {
        members.stream().filter(member -> member.role() != Role.BROKER).forEach(Member::start);
    }

    /** Returns the processes with this role, in their order. */
    public List<Member> members(Role role) {
        return members.stream().filter(member -> member.role() == role).toList();
    }

    /** Returns the process of this name. */
    public Member member(String name) {
        return members.stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BenchException("there is no process " + name));
    }

    /** Returns all processes. */
    public List<Member> members() {
        return Collections.unmodifiableList(members);
    }

    /** Returns the folder in which coordinators keep savepoints. */
    public Path savepoints() {
        return layout.folder().resolve("savepoints");
    }

    /** Returns where the broker is, without a proxy. */
    public String bootstrapServers() {
        return "127.0.0.1:" + brokerPort;
    }

    /** Returns where the coordinators are; empty for engines without them. */
    public String controls() {
        return String.join(",", controls);
    }

    /** Ends all processes, whatever their state. */
    @Override
    public void close() {
        reviver.shutdownNow();
        try {
            // Whoever is being started again is waited for, or it would be left behind.
            reviver.awaitTermination(REVIVE_INTERVAL_MS * 20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        members.forEach(Member::close);
        for (Proxy proxy : proxies) {
            try {
                proxy.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

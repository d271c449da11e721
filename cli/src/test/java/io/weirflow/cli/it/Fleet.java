package io.weirflow.cli.it;

import io.weirflow.broker.BrokerLimits;
import io.weirflow.broker.EmbeddedBroker;
import io.weirflow.broker.EmbeddedBrokerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A broker in this process, and coordinators and workers as processes of their own. */
final class Fleet implements AutoCloseable {

    private final Path directory;
    private final EmbeddedBroker broker;
    private final List<Child> children = new ArrayList<>();

    private Fleet(Path directory, EmbeddedBroker broker) {
        this.directory = directory;
        this.broker = broker;
    }

    /** Starts the broker. */
    static Fleet in(Path directory) throws Exception {
        EmbeddedBrokerConfig config = new EmbeddedBrokerConfig(directory.resolve("broker"), 0, BrokerLimits.DEFAULT);
        return new Fleet(directory, EmbeddedBroker.start(config, fault -> {}));
    }

    EmbeddedBroker broker() {
        return broker;
    }

    /** Starts a coordinator, and waits until it can be asked. */
    Coordinator coordinator(String name, String... options) {
        return new Coordinator(service("coordinator", name, options).awaitAddress());
    }

    /** Starts a worker with a directory of its own. */
    Child worker(String name, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--data", directory.resolve(name).toString()));
        return service("worker", name, all.toArray(String[]::new));
    }

    Child service(String kind, String name, String... options) {
        List<String> args =
                new ArrayList<>(List.of(kind, "--kafka", broker.bootstrapServers(), "--port", "0", "--name", name));
        args.addAll(List.of(options));
        Child child = Child.start(directory, args.toArray(String[]::new));
        children.add(child);
        return child;
    }

    /** Returns all processes that were started. */
    List<Child> children() {
        return List.copyOf(children);
    }

    /** Kills what still runs, then ends the broker. */
    @Override
    public void close() {
        children.forEach(Child::close);
        broker.close();
    }
}

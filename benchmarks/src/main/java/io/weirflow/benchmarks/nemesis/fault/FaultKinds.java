package io.weirflow.benchmarks.nemesis.fault;

import io.weirflow.benchmarks.Clocks;
import io.weirflow.benchmarks.engine.BenchException;
import io.weirflow.benchmarks.nemesis.site.FleetControl;
import io.weirflow.benchmarks.nemesis.site.Member;
import io.weirflow.benchmarks.nemesis.site.Member.Role;
import io.weirflow.benchmarks.nemesis.site.Proxy;
import io.weirflow.benchmarks.nemesis.site.Proxy.Mode;
import io.weirflow.benchmarks.nemesis.site.Site;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** The kinds of faults, and how each that strikes processes is done. */
final class FaultKinds {

    private final Site site;
    private final Optional<FleetControl> control;

    /** @param control of engines that have one */
    FaultKinds(Site site, Optional<FleetControl> control) {
        this.site = site;
        this.control = control;
    }

    /** Returns all kinds that this site can be tormented with. */
    List<FaultKind> all() {
        List<FaultKind> kinds = new ArrayList<>(List.of(
                new FaultKind("kill", 6, (kind, random) -> kill(kind, one(Role.WORKER, random), random)),
                new FaultKind("kill-disk", 1, (kind, random) -> killAndClear(kind, one(Role.WORKER, random), random)),
                new FaultKind("restart", 2, (kind, random) -> restart(kind, one(Role.WORKER, random), random)),
                new FaultKind("pause", 5, (kind, random) -> pause(kind, one(Role.WORKER, random), random)),
                new FaultKind("cut", 5, (kind, random) -> cut(kind, one(Role.WORKER, random), random)),
                new FaultKind("bounce", 1, this::bounce)));
        control.ifPresent(fleet -> kinds.addAll(List.of(
                new FaultKind("kill", 1, (kind, random) -> kill(kind, one(Role.COORDINATOR, random), random)),
                new FaultKind("pause", 1, (kind, random) -> pause(kind, one(Role.COORDINATOR, random), random)),
                new FaultKind("cut", 1, (kind, random) -> cut(kind, one(Role.COORDINATOR, random), random)))));
        control.ifPresent(fleet -> kinds.addAll(new ControlKinds(fleet).all()));
        return kinds;
    }

    private Member one(Role role, Random random) {
        List<Member> members = site.members(role);
        return members.get(random.nextInt(members.size()));
    }

    private static Fault kill(String kind, Member target, Random random) {
        long backMs = random.nextInt(4_000);
        return Fault.of(kind, target.name() + ", back after " + seconds(backMs), target, () -> {
            target.kill();
            linger(backMs);
            target.start();
        });
    }

    private static Fault killAndClear(String kind, Member target, Random random) {
        long backMs = random.nextInt(3_000);
        return Fault.of(kind, target.name() + ", back after " + seconds(backMs) + " with an empty disk", target, () -> {
            target.kill();
            target.data().ifPresent(FaultKinds::delete);
            linger(backMs);
            target.start();
        });
    }

    private static Fault restart(String kind, Member target, Random random) {
        long backMs = random.nextInt(2_000);
        return Fault.of(kind, target.name() + ", back after " + seconds(backMs), target, () -> {
            target.end();
            linger(backMs);
            target.start();
        });
    }

    private static Fault pause(String kind, Member target, Random random) {
        long forMs = outage(random);
        return Fault.of(kind, target.name() + " for " + seconds(forMs), target, () -> {
            target.pause();
            try {
                linger(forMs);
            } finally {
                target.resume();
            }
        });
    }

    private static Fault cut(String kind, Member target, Random random) {
        Mode mode = List.of(Mode.SILENT, Mode.DEAF, Mode.REFUSING).get(random.nextInt(3));
        long forMs = outage(random);
        Proxy proxy = target.proxy().orElseThrow();
        String what = target.name() + ", " + mode.name().toLowerCase(Locale.ROOT) + " for " + seconds(forMs);
        return Fault.of(kind, what, target, () -> {
            proxy.set(mode);
            try {
                linger(forMs);
            } finally {
                proxy.set(Mode.OPEN);
            }
        });
    }

    /** More than half of them outlast what a fleet needs to take the slots away; one in eight outlasts transactions, too. */
    private static long outage(Random random) {
        int draw = random.nextInt(8);
        if (draw == 0) {
            return 11_000L + random.nextInt(4_000);
        }
        return draw < 4 ? 200L + random.nextInt(2_000) : 3_000L + random.nextInt(4_000);
    }

    private Fault bounce(String kind, Random random) {
        Member broker = site.member("broker");
        boolean kill = random.nextBoolean();
        long backMs = random.nextInt(2_000);
        String what = "broker with " + (kill ? "SIGKILL" : "SIGTERM") + ", back after " + seconds(backMs);
        return Fault.of(kind, what, broker, () -> {
            if (kill) {
                broker.kill();
            } else {
                broker.end();
            }
            linger(backMs);
            broker.start();
        });
    }

    /** Waits while a fault lasts. */
    static void linger(long forMs) throws InterruptedException {
        Clocks.parkUntilUs(Clocks.epochUs() + forMs * 1_000);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Says how long, for people. */
    static String seconds(long ms) {
        return String.format(Locale.ROOT, "%.1f s", ms / 1e3);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new BenchException(folder + " cannot be removed: " + e.getMessage());
        }
    }
}

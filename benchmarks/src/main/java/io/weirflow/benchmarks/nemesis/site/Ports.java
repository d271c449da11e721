package io.weirflow.benchmarks.nemesis.site;

import io.weirflow.benchmarks.engine.BenchException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Ports for processes that end and come back. They lie below those that systems give to outgoing connections, so that none is taken away while
 * its process is down.
 */
final class Ports {

    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    private static final int ATTEMPTS = 1_000;

    private final Random random;
    private final Set<Integer> given = new HashSet<>();

    /** @param random need not be repeatable: results do not depend on ports */
    Ports(Random random) {
        this.random = random;
    }

    int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = FIRST + random.nextInt(COUNT);
            if (free(port) && given.add(port)) {
                return port;
            }
        }
        throw new BenchException("no port from " + FIRST + " to " + (FIRST + COUNT) + " is free");
    }

    private static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort() == port;
        } catch (IOException e) {
            return false;
        }
    }
}

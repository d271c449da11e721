package io.weirflow.testkit.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports for what cannot choose one itself. */
public final class Ports {

    private Ports() {}

    /** Returns a port of the loopback address that nobody listens on; somebody else may take it meanwhile. */
    public static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

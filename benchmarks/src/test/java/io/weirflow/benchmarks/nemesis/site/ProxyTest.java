package io.weirflow.benchmarks.nemesis.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.benchmarks.nemesis.site.Proxy.Mode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server behind the proxy answers each byte with the next one, and keeps a list of what it was asked. */
final class ProxyTest {

    private static final int MOMENT_MS = 200;
    private static final int LONG_MS = 10_000;

    private final BlockingQueue<Integer> asked = new LinkedBlockingQueue<>();
    private ServerSocket server;
    private Proxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (true) {
                Socket client = server.accept();
                daemon(() -> answer(client));
            }
        });
        proxy = Proxy.start("test", server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The test is over, or the connection was cut: its other end tells.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void answer(Socket client) throws IOException {
        try (client) {
            for (int b = client.getInputStream().read();
                    b >= 0;
                    b = client.getInputStream().read()) {
                asked.add(b);
                client.getOutputStream().write(b + 1);
            }
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(LONG_MS);
        return socket;
    }

    private static void assertSilent(Socket socket) throws IOException {
        socket.setSoTimeout(MOMENT_MS);
        InputStream in = socket.getInputStream();
        Assertions.assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(LONG_MS);
    }

    private static void assertBroken(Socket socket) {
        try {
            assertThat(socket.getInputStream().read()).isNegative();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still there", e);
        } catch (IOException e) {
            // Reset: that is broken, too.
            return;
        }
    }

    @Test
    void everythingPassesWhileItIsOpen() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(1);
            assertThat(socket.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void whatWasSentInSilenceArrivesAfterwards() throws Exception {
        try (Socket before = connect()) {
            before.getOutputStream().write(1);
            assertThat(before.getInputStream().read()).isEqualTo(2);
            asked.clear();
            proxy.set(Mode.SILENT);
            before.getOutputStream().write(10);
            try (Socket during = connect()) {
                during.getOutputStream().write(20);
                assertSilent(before);
                assertSilent(during);
                assertThat(asked).isEmpty();
                proxy.set(Mode.OPEN);
                assertThat(before.getInputStream().read()).isEqualTo(11);
                assertThat(during.getInputStream().read()).isEqualTo(21);
            }
        }
    }

    @Test
    void theEndOfAConnectionDoesNotGetThroughSilence() throws Exception {
        proxy.set(Mode.OPEN);
        Socket socket = connect();
        socket.getOutputStream().write(1);
        assertThat(socket.getInputStream().read()).isEqualTo(2);
        asked.clear();
        proxy.set(Mode.SILENT);
        socket.getOutputStream().write(30);
        socket.close();
        assertThat(asked.poll(MOMENT_MS, TimeUnit.MILLISECONDS)).isNull();
        proxy.set(Mode.OPEN);
        assertThat(asked.poll(LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo(30);
    }

    @Test
    void ofADeafOneRequestsAreDoneAndAnswersAreLost() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(1);
            assertThat(socket.getInputStream().read()).isEqualTo(2);
            asked.clear();
            proxy.set(Mode.DEAF);
            socket.getOutputStream().write(40);
            assertThat(asked.poll(LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo(40);
            assertSilent(socket);
            proxy.set(Mode.OPEN);
            assertBroken(socket);
        }
    }

    @Test
    void aRefusingOneBreaksAllConnections() throws Exception {
        try (Socket before = connect()) {
            before.getOutputStream().write(1);
            assertThat(before.getInputStream().read()).isEqualTo(2);
            proxy.set(Mode.REFUSING);
            assertBroken(before);
            try (Socket during = connect()) {
                assertBroken(during);
            }
            proxy.set(Mode.OPEN);
            everythingPassesWhileItIsOpen();
        }
    }
}

package io.weirflow.benchmarks.nemesis.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy on the loopback address that can be cut, as a network can. Each of its connections has two threads, one for each direction, so that
 * what a cut does to bytes under way is plain to see: they wait in the thread that has read them. All methods may be called from any thread.
 */
public final class Proxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int BACKLOG = 128;

    private final String name;
    private final ServerSocket server;
    private final int backendPort;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private Mode mode = Mode.OPEN;
    /** How often answers have been swallowed: a connection that is older than that has lost some. */
    private long swallowings;

    private volatile boolean closed;

    /** What becomes of bytes and connections. */
    public enum Mode {
        /** Everything passes. */
        OPEN,
        /** Nothing passes, and nobody is told. What was sent meanwhile arrives afterwards, as TCP has it. */
        SILENT,
        /** Requests pass and answers don't: what is asked is done, and nobody hears of it. Connections break afterwards. */
        DEAF,
        /** Connections break, and new ones are refused. */
        REFUSING
    }

    private Proxy(String name, ServerSocket server, int backendPort) {
        this.name = name;
        this.server = server;
        this.backendPort = backendPort;
    }

    /**
     * Starts one on a free port.
     *
     * @param name of its threads
     * @param backendPort where connections go, on the loopback address
     */
    public static Proxy start(String name, int backendPort) throws IOException {
        Proxy proxy = new Proxy(name, new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), backendPort);
        proxy.thread("accept", proxy::accept);
        return proxy;
    }

    /** Returns where it listens. */
    public int port() {
        return server.getLocalPort();
    }

    /** Cuts it, or with {@link Mode#OPEN} mends it. */
    public void set(Mode next) {
        List<Link> broken = new ArrayList<>();
        lock.lock();
        try {
            if (mode == Mode.DEAF) {
                swallowings++;
                broken.addAll(links);
            }
            mode = next;
            if (next == Mode.REFUSING) {
                broken.addAll(links);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        broken.forEach(Link::close);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                thread("link", () -> link(client));
            } catch (IOException e) {
                // The socket was closed, or the client has gone already.
                continue;
            }
        }
    }

    private void link(Socket client) {
        try {
            if (!passes(true, 0)) {
                client.close();
                return;
            }
            Socket backend = new Socket();
            backend.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), backendPort), CONNECT_TIMEOUT_MS);
            client.setTcpNoDelay(true);
            backend.setTcpNoDelay(true);
            Link link = new Link(client, backend, swallowings());
            links.add(link);
            thread("answers", () -> link.pump(backend, client, false));
            link.pump(client, backend, true);
        } catch (IOException e) {
            // The broker is away: so is the connection.
            closeQuietly(client);
        }
    }

    private long swallowings() {
        lock.lock();
        try {
            return swallowings;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while the proxy is cut; returns whether bytes may pass, else the connection is to break. */
    private boolean passes(boolean request, long bornAfter) {
        lock.lock();
        try {
            while (!closed && (mode == Mode.SILENT || mode == Mode.DEAF && !request)) {
                changed.awaitUninterruptibly();
            }
            return !closed && mode != Mode.REFUSING && (request || swallowings == bornAfter);
        } finally {
            lock.unlock();
        }
    }

    private void thread(String what, Runnable work) {
        Thread thread = new Thread(work, name + "-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        links.forEach(Link::close);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use either way.
            return;
        }
    }

    /** One connection. */
    private final class Link {
        private final Socket client;
        private final Socket backend;
        private final long bornAfter;

        Link(Socket client, Socket backend, long bornAfter) {
            this.client = client;
            this.backend = backend;
            this.bornAfter = bornAfter;
        }

        void pump(Socket from, Socket to, boolean requests) {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                int length = in.read(buffer);
                while (length >= 0 && passes(requests, bornAfter)) {
                    out.write(buffer, 0, length);
                    length = in.read(buffer);
                }
                // The end of a connection does not get through a cut either.
                passes(requests, bornAfter);
            } catch (IOException e) {
                passes(requests, bornAfter);
            } finally {
                close();
            }
        }

        void close() {
            links.remove(this);
            closeQuietly(client);
            closeQuietly(backend);
        }
    }
}

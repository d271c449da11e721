package io.weirflow.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets of a broker, bound before Kafka starts.
 *
 * <p>Kafka wants the ports in its settings (the quorum's voters, the advertised listeners). Binding first and handing
 * the bound sockets over means that a free port found here cannot be taken by someone else in between, and that a port
 * in use is found before anything has started.
 */
final class BrokerSockets implements ServerSocketFactory, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerSockets.class);
    private static final int BACKLOG = 128;

    private final Map<String, ServerSocketChannel> pending = new ConcurrentHashMap<>();
    private final int brokerPort;
    private final int controllerPort;

    private BrokerSockets(ServerSocketChannel broker, ServerSocketChannel controller) {
        pending.put(BrokerSettings.BROKER_LISTENER, broker);
        pending.put(BrokerSettings.CONTROLLER_LISTENER, controller);
        this.brokerPort = broker.socket().getLocalPort();
        this.controllerPort = controller.socket().getLocalPort();
    }

    /**
     * Binds all listeners on the loopback address.
     *
     * @param port the broker's port, 0 for a free one; the controller always takes a free one
     * @param further listeners
     */
    static BrokerSockets bind(int port, List<BrokerListener> further) throws BrokerStartException {
        ServerSocketChannel broker = bindOne(port);
        BrokerSockets bound;
        try {
            bound = new BrokerSockets(broker, bindOne(0));
        } catch (BrokerStartException e) {
            closeQuietly(broker);
            throw e;
        }
        try {
            for (int i = 0; i < further.size(); i++) {
                bound.pending.put(
                        BrokerSettings.listenerName(i), bindOne(further.get(i).port()));
            }
            return bound;
        } catch (BrokerStartException e) {
            bound.close();
            throw e;
        }
    }

    private static ServerSocketChannel bindOne(int port) throws BrokerStartException {
        ServerSocketChannel channel = null;
        try {
            channel = ServerSocketChannel.open();
            channel.configureBlocking(false);
            ServerSocket socket = channel.socket();
            // Connections of an earlier run that are still winding down must not block a fixed port.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(BrokerSettings.HOST), port), BACKLOG);
            return channel;
        } catch (IOException e) {
            if (channel != null) {
                closeQuietly(channel);
            }
            throw bindFailure(port, e);
        }
    }

    private static BrokerStartException bindFailure(int port, IOException cause) {
        String address = BrokerSettings.HOST + ":" + port;
        if (cause instanceof BindException) {
            return new BrokerStartException(
                    "The broker cannot listen on " + address + " (" + cause.getMessage()
                            + "). Stop the program that uses this port, or choose another port (0 takes a free one).",
                    cause);
        }
        return new BrokerStartException(
                "The broker cannot open a socket on " + address + ": " + cause.getMessage()
                        + ". Check this machine's network settings and its limit of open files.",
                cause);
    }

    int brokerPort() {
        return brokerPort;
    }

    int controllerPort() {
        return controllerPort;
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listenerName, InetSocketAddress socketAddress, int listenBacklogSize, int recvBufferSize) {
        ServerSocketChannel channel = pending.remove(listenerName);
        if (channel == null) {
            throw new KafkaException("No socket is bound for the listener " + listenerName + ".");
        }
        return channel;
    }

    /** Closes the sockets that Kafka has not taken over. */
    @Override
    public void close() {
        pending.values().forEach(BrokerSockets::closeQuietly);
        pending.clear();
    }

    private static void closeQuietly(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // A socket that was never used has nothing to lose.
            LOG.atDebug().setCause(e).log("A socket could not be closed");
        }
    }
}

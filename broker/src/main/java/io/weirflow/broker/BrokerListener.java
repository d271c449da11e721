package io.weirflow.broker;

import java.util.Map;

/**
 * A further place where clients reach a broker: for those that come through a proxy or a tunnel, or out of a container. Kafka's clients connect to
 * the address that the broker tells them, so each way to it needs a listener of its own.
 *
 * @param port the loopback port to listen on, 1 to 65535, another one for each
 * @param advertisedHost the name or address that clients of this listener are told
 * @param advertisedPort the port that they are told, 1 to 65535
 * @param security Kafka's settings of one listener for encryption and login, such as {@code security.protocol} and {@code ssl.keystore.location}; none
 *     lets everybody in
 */
public record BrokerListener(int port, String advertisedHost, int advertisedPort, Map<String, String> security) {

    public BrokerListener {
        security = Map.copyOf(security);
        check("The port of a listener", port);
        check("The advertised port of a listener", advertisedPort);
        if (!advertisedHost.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "The advertised host of a listener must be a name or an IPv4 address, it is '" + advertisedHost
                            + "'.");
        }
    }

    /** One that lets everybody in. */
    public BrokerListener(int port, String advertisedHost, int advertisedPort) {
        this(port, advertisedHost, advertisedPort, Map.of());
    }

    /**
     * Reads {@code PORT=HOST:PORT}.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    public static BrokerListener parse(String text) {
        if (!text.matches("[0-9]{1,5}=[^:=]+:[0-9]{1,5}")) {
            throw new IllegalArgumentException("A listener must look like 9093=HOST:9193, it is '" + text + "'.");
        }
        String[] parts = text.split("[=:]", -1);
        return new BrokerListener(Integer.parseInt(parts[0]), parts[1], Integer.parseInt(parts[2]));
    }

    private static void check(String what, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(what + " must be between 1 and 65535, it is " + port + ".");
        }
    }
}

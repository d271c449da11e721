package io.weirflow.api;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * How clients get into a Kafka cluster: its address, and what it wants to know of who comes. Prints no secrets.
 *
 * @param bootstrapServers one or more {@code host:port}, separated by commas
 * @param security settings of Kafka's clients for encryption and login, by Kafka's names; values may be secrets
 */
public record KafkaAccess(String bootstrapServers, Map<String, String> security) {

    /** All else that clients can be told is part of the protocol, and not for users to set. */
    private static final List<String> ALLOWED = List.of("security.", "sasl.", "ssl.", "client.dns.lookup");

    /** Certificates may be written into it. */
    private static final long MAX_FILE_BYTES = 1L << 20;

    /** @throws IllegalArgumentException when something is not a setting for encryption or login; with a sentence for users, without values */
    public KafkaAccess {
        security = Map.copyOf(security);
        for (String name : new TreeMap<>(security).keySet()) {
            if (ALLOWED.stream().noneMatch(name::startsWith)) {
                throw new IllegalArgumentException("'" + name + "' cannot be set: only security.*, sasl.*, ssl.* and"
                        + " client.dns.lookup can, since exactly-once rests on the rest");
            }
        }
    }

    /** Returns the access to a cluster that lets everybody in. */
    public static KafkaAccess open(String bootstrapServers) {
        return new KafkaAccess(bootstrapServers, Map.of());
    }

    /**
     * Returns the access to a cluster with the settings of a file, in the form that Kafka's own commands take with {@code --command-config}: lines of
     * {@code name=value}.
     *
     * @throws IllegalArgumentException when it cannot be read or has other settings, too; with a sentence for users, without values
     */
    public static KafkaAccess read(String bootstrapServers, Path file) {
        try {
            Properties lines = properties(file);
            Map<String, String> security = new HashMap<>();
            lines.stringPropertyNames().forEach(name -> security.put(name, lines.getProperty(name)));
            return new KafkaAccess(bootstrapServers, security);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": there is no such file", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": it cannot be read as UTF-8 text: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static Properties properties(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IllegalArgumentException("it has more than " + MAX_FILE_BYTES + " bytes");
        }
        Properties lines = new Properties();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            lines.load(text);
        }
        return lines;
    }

    /**
     * Returns a setting that clients do not know, because it is misspelt: Kafka would only warn of it in the log, and fail later for another reason.
     *
     * @param known the names of all settings that a client has
     */
    public Optional<String> unknown(Set<String> known) {
        return security.keySet().stream()
                .filter(name -> !known.contains(name))
                .sorted()
                .findFirst();
    }

    /** Returns the first settings of a client, to which the caller adds others. */
    public Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(security);
        settings.put("bootstrap.servers", bootstrapServers);
        return settings;
    }

    @Override
    public String toString() {
        return security.isEmpty() ? bootstrapServers : bootstrapServers + " with " + new TreeMap<>(security).keySet();
    }
}

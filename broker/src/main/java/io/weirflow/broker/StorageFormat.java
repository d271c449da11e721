package io.weirflow.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.EligibleLeaderReplicasVersion;
import org.apache.kafka.server.common.TransactionVersion;

/**
 * Formats Kafka's log directory on first use.
 *
 * <p>The format is written to a folder beside the final one, forced to disk, and renamed. So the log directory exists
 * if and only if it is complete, whenever the process or the machine died; what an interrupted format left behind is
 * thrown away by the next.
 */
final class StorageFormat {

    private StorageFormat() {}

    /**
     * Makes sure that the log directory is formatted.
     *
     * @throws BrokerStartException if it cannot be written, or holds something that is not a formatted log directory
     */
    static void ensure(DataDirectory directory) throws BrokerStartException {
        try {
            DataDirectory.deleteTree(directory.stagingDir());
            if (Files.exists(directory.logDir()) && !isLeftOver(directory.logDir())) {
                checkFormatted(directory.logDir());
                return;
            }
            DataDirectory.deleteTree(directory.logDir());
            format(directory.stagingDir());
            Files.move(directory.stagingDir(), directory.logDir(), StandardCopyOption.ATOMIC_MOVE);
            force(directory.root());
        } catch (IOException e) {
            throw DataDirectory.notWritable(directory.root(), e);
        }
    }

    /** Files without any folder cannot hold a topic or metadata: nothing is lost by formatting again. */
    private static boolean isLeftOver(Path logDir) throws IOException {
        if (Files.exists(metaProperties(logDir))) {
            return false;
        }
        try (Stream<Path> entries = Files.list(logDir)) {
            return entries.noneMatch(Files::isDirectory);
        }
    }

    private static void checkFormatted(Path logDir) throws BrokerStartException {
        if (!Files.exists(metaProperties(logDir))) {
            throw new BrokerStartException("The broker's data folder " + logDir + " holds data but its file "
                    + MetaPropertiesEnsemble.META_PROPERTIES_NAME
                    + " is missing. Restore the folder from a copy, or name another folder.");
        }
    }

    private static Path metaProperties(Path logDir) {
        return logDir.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME);
    }

    private static void format(Path folder) throws IOException, BrokerStartException {
        Files.createDirectories(folder);
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(BrokerSettings.NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setDirectories(List.of(folder.toString()))
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                // Exactly-once needs the server-side defence of version 2 (KIP-890) from the first transaction on.
                .setFeatureLevel(TransactionVersion.FEATURE_NAME, TransactionVersion.TV_2.featureLevel())
                // With one replica there is no other leader to elect; without it, a kill keeps the replica in sync.
                .setFeatureLevel(
                        EligibleLeaderReplicasVersion.FEATURE_NAME,
                        EligibleLeaderReplicasVersion.ELRV_0.featureLevel());
        try {
            formatter.run();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new BrokerStartException(
                    "The broker's data folder " + folder.getParent() + " could not be prepared: " + e.getMessage()
                            + ". Check the folder and the free space of its disk, or name another folder.",
                    e);
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                force(file);
            }
        }
        force(folder);
    }

    private static void force(Path path) throws IOException {
        if (Files.isDirectory(path) && System.getProperty("os.name", "").startsWith("Windows")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

package io.weirflow.coordinator.savepoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.coordinator.Plans;
import io.weirflow.protocol.frame.ReplayedRecord;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.savepoint.SavepointBlock;
import io.weirflow.protocol.savepoint.SavepointBlock.Change;
import io.weirflow.protocol.savepoint.SavepointManifest;
import io.weirflow.protocol.savepoint.SavepointManifest.SlotPart;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form of savepoints, and that no damage of one goes unnoticed. */
final class SavepointFilesTest {

    @TempDir
    private Path folder;

    private static SavepointManifest manifest() {
        Pipeline plan = Plans.twoStages("p", 1);
        return new SavepointManifest(
                "s",
                "p",
                "run-1",
                new Incarnation(2),
                "4f1c9a",
                "/base",
                1_700_000_000_000L,
                plan,
                List.of(new SlotPart(0, 0, 3, 40, 0, 0, 104), new SlotPart(1, 0, 4, 10, 2, 1, 14)));
    }

    private static List<SavepointBlock> blocks() {
        return List.of(
                new SavepointBlock.Changes(
                        1,
                        0,
                        List.of(new Change(new byte[] {2, 1}, new byte[] {5}), new Change(new byte[] {2, 2}, null))),
                new SavepointBlock.InboxRecords(
                        1, 0, List.of(new ReplayedRecord(new Incarnation(2), 10, 1_000, new byte[] {0x57, 1, 2, 0, 2
                        }))),
                new SavepointBlock.Manifest(manifest()),
                new SavepointBlock.End());
    }

    private Path written(SavepointFiles files) {
        try (SavepointFiles.Writer writer = files.create("p", "s")) {
            blocks().forEach(writer::write);
            assertThat(files.exists("p", "s")).as("before it is whole").isFalse();
            long bytes = writer.commit();
            assertThat(files.list()).containsExactly(new SavepointFiles.Found("p", "s", bytes));
        }
        return folder.resolve("p").resolve("s.savepoint");
    }

    private static List<String> texts(List<SavepointBlock> blocks) {
        return blocks.stream()
                .map(block -> block.getClass().getSimpleName() + Arrays.toString(SavepointBlock.Codec.payload(block)))
                .toList();
    }

    private static List<SavepointBlock> read(SavepointFiles files) {
        List<SavepointBlock> all = new ArrayList<>();
        files.read("p", "s", all::add);
        return all;
    }

    @Test
    void allBlocksComeBack() {
        SavepointFiles files = new SavepointFiles(folder, "c");
        written(files);
        assertThat(texts(read(files))).isEqualTo(texts(blocks()));
        assertThat(files.manifest("p", "s")).isEqualTo(manifest());
    }

    /** The file is never changed: savepoints are kept and carried elsewhere, and a later version must read them. */
    @Test
    void aSavepointThatVersion1HasWrittenIsRead() throws Exception {
        SavepointFiles files = new SavepointFiles(folder, "c");
        Path path = folder.resolve("p").resolve("s.savepoint");
        Files.createDirectories(path.getParent());
        try (InputStream fixture = SavepointFilesTest.class.getResourceAsStream("v1.savepoint")) {
            assertThat(fixture).isNotNull();
            Files.copy(fixture, path);
        }
        assertThat(files.manifest("p", "s")).isEqualTo(manifest());
        assertThat(texts(read(files).subList(0, 2))).isEqualTo(texts(blocks().subList(0, 2)));
    }

    @Test
    void everyByteThatIsDamagedIsNoticed() throws Exception {
        SavepointFiles files = new SavepointFiles(folder, "c");
        Path path = written(files);
        byte[] whole = Files.readAllBytes(path);
        int trailer = 20;
        for (int at = 0; at < whole.length - trailer; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(path, damaged);
            assertThatThrownBy(() -> read(files)).as("byte " + at).isInstanceOf(SavepointFailure.class);
        }
    }

    @Test
    void aFileThatIsCutIsNoticed() throws Exception {
        SavepointFiles files = new SavepointFiles(folder, "c");
        Path path = written(files);
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length - 20; length += 7) {
            Files.write(path, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> read(files)).as("cut to " + length).isInstanceOf(SavepointFailure.class);
            assertThatThrownBy(() -> files.manifest("p", "s"))
                    .as("cut to " + length)
                    .isInstanceOf(SavepointFailure.class);
        }
    }

    @Test
    void whatIsNotThereOrOfANewerVersionIsRefusedWithASentence() throws Exception {
        SavepointFiles files = new SavepointFiles(folder, "c");
        assertThatThrownBy(() -> files.manifest("p", "s")).hasMessageContaining("there is no savepoint");
        assertThatThrownBy(() -> read(files)).hasMessageContaining("there is no savepoint");
        Path path = written(files);
        byte[] newer = Files.readAllBytes(path);
        newer[4]++;
        Files.write(path, newer);
        assertThatThrownBy(() -> read(files)).hasMessageContaining("is of version 2");
        assertThat(files.list()).hasSize(1);
    }

    @Test
    void twoCoordinatorsThatTakeOneSavepointDoNotWriteOneFile() throws Exception {
        SavepointFiles late = new SavepointFiles(folder, "late");
        try (SavepointFiles.Writer writer = late.create("p", "s")) {
            blocks().forEach(writer::write);
            SavepointFiles files = new SavepointFiles(folder, "c");
            Path path = written(files);
            byte[] whole = Files.readAllBytes(path);
            assertThatThrownBy(writer::commit).hasMessageContaining("is there by now");
            assertThat(Files.readAllBytes(path)).isEqualTo(whole);
        }
        try (Stream<Path> left = Files.list(folder.resolve("p"))) {
            assertThat(left).as("nothing hidden stays").hasSize(1);
        }
    }
}

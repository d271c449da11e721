package io.weirflow.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weirflow.cli.RefusedException;
import io.weirflow.protocol.id.WorkerId;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder of a worker that is a service of its own keeps its name, and counts its lives. */
final class WorkerFolderTest {

    @TempDir
    private Path folder;

    private WorkerId claim(String name, String fresh, long nowMs) {
        try (DataDirectory data = DataDirectory.open(folder)) {
            return data.claimWorker(Optional.of(name).filter(given -> !given.isEmpty()), fresh, nowMs);
        }
    }

    @Test
    void aNameOfItsOwnStays() {
        assertThat(claim("", "worker-1", 100)).isEqualTo(new WorkerId("worker-1", 100));
        assertThat(claim("", "worker-2", 50))
                .as("also when the clock goes back")
                .isEqualTo(new WorkerId("worker-1", 101));
        assertThat(claim("worker-1", "worker-3", 200)).isEqualTo(new WorkerId("worker-1", 200));
    }

    @Test
    void anotherNameIsRefused() {
        claim("a", "", 1);
        assertThatThrownBy(() -> claim("b", "", 2))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("belongs to worker 'a', not to 'b'");
    }

    @Test
    void aFolderOfARunIsNotAWorkersNorTheOtherWayRound() {
        try (DataDirectory data = DataDirectory.open(folder)) {
            data.claim("p", "f", 1);
        }
        assertThatThrownBy(() -> claim("", "w", 2))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("belongs to 'weirflow run'");
        Path other = folder.resolve("other");
        try (DataDirectory data = DataDirectory.open(other)) {
            data.claimWorker(Optional.empty(), "w", 1);
            assertThatThrownBy(() -> data.claim("p", "f", 2))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("belongs to worker 'w'");
        }
    }
}

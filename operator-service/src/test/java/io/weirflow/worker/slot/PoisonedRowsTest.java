package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.control.ControlRecord.RecordPoisoned;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.id.SlotId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is known of rows that make a slot fail, for each version of its stage. */
final class PoisonedRowsTest {

    private static final SlotId SLOT = new SlotId("p", 1, 0);

    private static RecordPoisoned row(long position, int row, int version, boolean parked) {
        return new RecordPoisoned(SLOT, "p-1", new Poison(position, row, 0, "{}", version), "boom", parked);
    }

    private final RecordPoisoned parked = row(10, 3, 1, true);
    private final PoisonedRows rows =
            PoisonedRows.of(List.of(parked, row(20, 0, 1, false), row(40, 0, 1, false), row(15, 0, 2, false)));

    @Test
    void aRowIsParkedForTheVersionThatFailsAtIt() {
        assertThat(rows.under(1).parked(10, 3)).isEqualTo(parked);
        assertThat(rows.under(1).hasParked(10)).isTrue();
        assertThat(rows.under(1).parked(10, 4)).isNull();
        assertThat(rows.under(1).hasParked(20)).as("it is only known").isFalse();
        assertThat(rows.under(2).hasParked(10)).isFalse();
        assertThat(rows.under(2).stageVersion()).isEqualTo(2);
    }

    @Test
    void theFirstRecordThatCannotBePassedIsOneThatIsNotParked() {
        assertThat(rows.under(1).impassable(0)).isEqualTo(20);
        assertThat(rows.under(1).impassable(20)).isEqualTo(20);
        assertThat(rows.under(1).impassable(21)).isEqualTo(40);
        assertThat(rows.under(2).impassable(0)).isEqualTo(15);
        assertThat(rows.under(3).impassable(0)).isEqualTo(Long.MAX_VALUE);
    }
}

package io.weirflow.coordinator;

import io.weirflow.protocol.control.ControlRecord;
import java.util.List;

/**
 * What is to happen next.
 *
 * @param effects to be done first, in order; when one fails, nothing of the decision happens, and it is made again from what is then known
 * @param records to be appended to the control log atomically, and replayed
 */
record Decision(List<Effect> effects, List<ControlRecord> records) {

    Decision {
        effects = List.copyOf(effects);
        records = List.copyOf(records);
    }

    static Decision of(ControlRecord... records) {
        return new Decision(List.of(), List.of(records));
    }
}

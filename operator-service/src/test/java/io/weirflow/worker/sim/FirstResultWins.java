package io.weirflow.worker.sim;

import io.weirflow.api.row.MutableRow;
import io.weirflow.protocol.frame.OwnRecord;
import io.weirflow.protocol.id.CallId;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.log.LogPartition;
import io.weirflow.protocol.row.RowCodec;
import io.weirflow.worker.slot.SimPlan;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** Of the results of one external call the first in the inbox counts: no row goes on with another one, or with one that is not there. */
final class FirstResultWins extends Checker {

    private static final int ASKING_STAGE = 1;
    private static final int ANSWER = SimPlan.CALLED.indexOf("answer");

    private record Call(LogPartition inbox, Incarnation incarnation, CallId id) {}

    private record Answer(LogPartition inbox, Incarnation incarnation, long answer) {}

    private final RowCodec rows = new RowCodec(SimPlan.CALLED);
    private final Map<Call, String> first = new HashMap<>();
    private final Set<Answer> counting = new HashSet<>();

    @Override
    void own(LogPartition inbox, OwnRecord record) {
        if (!(record instanceof OwnRecord.Result result)) {
            return;
        }
        String text = new String(result.bytes(), StandardCharsets.UTF_8);
        String before = first.putIfAbsent(new Call(inbox, result.incarnation(), result.call()), text);
        if (before == null && !result.failed()) {
            counting.add(new Answer(inbox, result.incarnation(), Long.parseLong(text.replaceAll("\\D", ""))));
        }
    }

    @Override
    void sent(SentFrame frame) {
        if (frame.sender().stage() != ASKING_STAGE) {
            return;
        }
        LogPartition asked = Checkers.inbox(ASKING_STAGE, frame.sender().partition());
        for (SentFrame.SentRow row : frame.rows()) {
            if (row.port() == SimPlan.CALLED_PORT) {
                check(asked, frame.sender().incarnation(), row);
            }
        }
    }

    /** It was looked at when it was sent; the first result may lie before what was copied. */
    @Override
    void copied(SentFrame frame) {}

    private void check(LogPartition asked, Incarnation incarnation, SentFrame.SentRow row) {
        MutableRow values = rows.fromBytes(HexFormat.of().parseHex(row.content()));
        if (!values.isNull(ANSWER) && !counting.contains(new Answer(asked, incarnation, values.getLong(ANSWER)))) {
            throw violation("row " + values + " went on with an answer that was not the first in " + asked);
        }
    }
}

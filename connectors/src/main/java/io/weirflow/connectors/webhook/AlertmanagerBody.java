package io.weirflow.connectors.webhook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weirflow.api.row.Row;
import io.weirflow.api.type.RowType;
import io.weirflow.connectors.format.ColumnText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Rows of an alert stage as Prometheus Alertmanager sends alerts to webhooks (version 4 of its JSON). The key columns, which stand
 * between {@code name} and {@code state}, become labels; the columns behind {@code summary} become annotations.
 */
final class AlertmanagerBody {

    static final List<String> REQUIRED = List.of("alert_id", "name", "state", "since", "at", "severity", "summary");

    private static final String NO_TIME = "0001-01-01T00:00:00Z";

    private final ObjectMapper mapper = new ObjectMapper();
    private final RowType rowType;
    private final String pipeline;
    private final int firstKey;
    private final int firstExtra;
    private final int state;

    /** @param rowType has the columns {@link #REQUIRED} */
    AlertmanagerBody(RowType rowType, String pipeline) {
        this.rowType = rowType;
        this.pipeline = pipeline;
        this.firstKey = rowType.indexOf("name") + 1;
        this.state = rowType.indexOf("state");
        this.firstExtra = rowType.indexOf("summary") + 1;
    }

    byte[] of(Row row) {
        boolean resolved = text(row, "state").equals("RESOLVED");
        String status = resolved ? "resolved" : "firing";
        ObjectNode labels = labels(row);
        ObjectNode annotations = annotations(row);
        ObjectNode alert = mapper.createObjectNode().put("status", status);
        alert.set("labels", labels);
        alert.set("annotations", annotations);
        alert.put("startsAt", text(row, "since"))
                .put("endsAt", resolved ? text(row, "at") : NO_TIME)
                .put("generatorURL", "")
                .put("fingerprint", fingerprint(labels));

        ObjectNode groupLabels = mapper.createObjectNode().put("alertname", text(row, "name"));
        ObjectNode body = mapper.createObjectNode()
                .put("version", "4")
                .put("groupKey", "{}:{alertname=\"" + text(row, "name") + "\"}")
                .put("truncatedAlerts", 0)
                .put("status", status)
                .put("receiver", "weirflow");
        body.set("groupLabels", groupLabels);
        body.set("commonLabels", labels.deepCopy());
        body.set("commonAnnotations", annotations.deepCopy());
        body.put("externalURL", "");
        body.putArray("alerts").add(alert);
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String text(Row row, String column) {
        return ColumnText.of(row, rowType.indexOf(column), rowType);
    }

    private ObjectNode labels(Row row) {
        ObjectNode labels = mapper.createObjectNode()
                .put("alertname", text(row, "name"))
                .put("severity", text(row, "severity"))
                .put("pipeline", pipeline);
        for (int i = firstKey; i < state; i++) {
            labels.put(rowType.column(i).name(), ColumnText.of(row, i, rowType));
        }
        return labels;
    }

    private ObjectNode annotations(Row row) {
        ObjectNode annotations =
                mapper.createObjectNode().put("summary", text(row, "summary")).put("alert_id", text(row, "alert_id"));
        for (int i = firstExtra; i < rowType.size(); i++) {
            if (!row.isNull(i)) {
                annotations.put(rowType.column(i).name(), ColumnText.of(row, i, rowType));
            }
        }
        return annotations;
    }

    /** The same labels give the same fingerprint: FNV-1a, as Prometheus has it, over names and values. */
    private static String fingerprint(ObjectNode labels) {
        long hash = 0xcbf29ce484222325L;
        for (var entry : labels.properties()) {
            for (byte b : (entry.getKey() + '\u00ff' + entry.getValue().asText() + '\u00ff')
                    .getBytes(StandardCharsets.UTF_8)) {
                hash = (hash ^ b & 0xFF) * 0x100000001b3L;
            }
        }
        return String.format(Locale.ROOT, "%016x", hash);
    }
}

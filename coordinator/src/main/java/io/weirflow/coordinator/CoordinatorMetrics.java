package io.weirflow.coordinator;

import io.weirflow.coordinator.ControlView.PipelineView;
import io.weirflow.coordinator.ControlView.Role;
import io.weirflow.coordinator.ControlView.SlotView;
import io.weirflow.coordinator.ControlView.StageView;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A snapshot as Prometheus reads it. Names and labels are listed in {@code docs/METRICS.md}. */
final class CoordinatorMetrics {

    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private CoordinatorMetrics() {}

    static String render(ControlView view) {
        StringBuilder out = new StringBuilder();
        gauge(out, "weirflow_coordinator_leading", "1 when this coordinator leads");
        sample(out, "weirflow_coordinator_leading", "", view.role() == Role.LEADING ? 1 : 0);
        gauge(out, "weirflow_coordinator_term", "Number of the leadership that it leads or follows");
        sample(out, "weirflow_coordinator_term", "", view.term());
        gauge(out, "weirflow_coordinator_workers", "Workers that are alive; only where it leads");
        sample(out, "weirflow_coordinator_workers", "", view.workers().size());
        gauge(out, "weirflow_pipeline_active", "1 while the pipeline runs, completes or stops");
        for (PipelineView pipeline : view.pipelines()) {
            sample(
                    out,
                    "weirflow_pipeline_active",
                    labels(pipeline),
                    pipeline.phase().active() ? 1 : 0);
        }
        gauge(out, "weirflow_pipeline_checkpoint_triggered_number", "Number of the last checkpoint that was triggered");
        for (PipelineView pipeline : view.pipelines()) {
            sample(out, "weirflow_pipeline_checkpoint_triggered_number", labels(pipeline), pipeline.checkpoint());
        }
        gauge(out, "weirflow_pipeline_parked_rows", "Rows that are passed over because slots fail at them");
        for (PipelineView pipeline : view.pipelines()) {
            long parked = pipeline.poison().stream()
                    .filter(ControlView.PoisonView::parked)
                    .count();
            sample(out, "weirflow_pipeline_parked_rows", labels(pipeline), parked);
        }
        gauge(out, "weirflow_pipeline_slots", "Slots by what was last heard of them");
        for (PipelineView pipeline : view.pipelines()) {
            slots(pipeline)
                    .forEach((status, count) -> sample(
                            out,
                            "weirflow_pipeline_slots",
                            "pipeline=\"" + pipeline.name() + "\",status=\"" + status + "\"",
                            count));
        }
        inboxes(out, view);
        return out.toString();
    }

    private static void inboxes(StringBuilder out, ControlView view) {
        counter(out, "weirflow_inbox_trimmed_records_total", "Records of the stage's inbox that were trimmed");
        view.pipelines()
                .forEach(pipeline -> pipeline.stages().stream()
                        .filter(stage -> stage.trimmedRecords() >= 0)
                        .forEach(stage -> sample(
                                out,
                                "weirflow_inbox_trimmed_records_total",
                                labels(pipeline, stage),
                                stage.trimmedRecords())));
        gauge(out, "weirflow_inbox_bytes", "What the stage's inbox took on disk when it was trimmed last");
        view.pipelines()
                .forEach(pipeline -> pipeline.stages().stream()
                        .filter(stage -> stage.inboxBytes() >= 0)
                        .forEach(stage ->
                                sample(out, "weirflow_inbox_bytes", labels(pipeline, stage), stage.inboxBytes())));
    }

    private static Map<String, Long> slots(PipelineView pipeline) {
        return pipeline.slots().stream()
                .collect(Collectors.groupingBy(CoordinatorMetrics::status, TreeMap::new, Collectors.counting()));
    }

    private static String status(SlotView slot) {
        if (slot.owner().isEmpty()) {
            return "unassigned";
        }
        return slot.status()
                .map(status -> status.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                .orElse("unheard");
    }

    /** Names of pipelines need no escaping: they are letters, digits and dashes. */
    private static String labels(PipelineView pipeline) {
        return "pipeline=\"" + pipeline.name() + "\"";
    }

    private static String labels(PipelineView pipeline, StageView stage) {
        return labels(pipeline) + ",stage=\"" + stage.name() + "\"";
    }

    private static void counter(StringBuilder out, String name, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(" counter\n");
    }

    private static void gauge(StringBuilder out, String name, String help) {
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(" gauge\n");
    }

    private static void sample(StringBuilder out, String name, String labels, long value) {
        out.append(name);
        if (!labels.isEmpty()) {
            out.append('{').append(labels).append('}');
        }
        out.append(' ').append(value).append('\n');
    }
}

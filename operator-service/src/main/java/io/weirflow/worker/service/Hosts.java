package io.weirflow.worker.service;

import io.weirflow.protocol.control.ControlRecord.PipelineAdmitted;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** The runs of pipelines that this worker has something of, one for each pipeline. The worker's control thread's. */
final class Hosts {

    private final Function<PipelineAdmitted, PipelineHost> opener;
    private final Map<String, PipelineHost> open = new HashMap<>();

    Hosts(Function<PipelineAdmitted, PipelineHost> opener) {
        this.opener = opener;
    }

    /** Returns the host of a run, opened when it is the first of its pipeline; empty while a former run is on its way out. */
    Optional<PipelineHost> of(PipelineAdmitted run) {
        PipelineHost host = open.computeIfAbsent(run.name(), name -> opener.apply(run));
        tell(run);
        return host.instance().equals(run.instance()) ? Optional.of(host) : Optional.empty();
    }

    /** Tells the host of a run, if there is one, which versions of its stages there are. */
    void tell(PipelineAdmitted run) {
        PipelineHost host = open.get(run.name());
        if (host != null && host.instance().equals(run.instance())) {
            host.admitted(run);
        }
    }

    /** Returns the host of the pipeline's run that is open, whichever that is. */
    Optional<PipelineHost> ofPipeline(String name) {
        return Optional.ofNullable(open.get(name));
    }

    /** Takes those out that are of no use any more; the caller closes them. */
    List<PipelineHost> retire(Predicate<PipelineHost> useless) {
        List<PipelineHost> retired = open.values().stream().filter(useless).toList();
        open.values().removeAll(retired);
        return retired;
    }

    Collection<PipelineHost> all() {
        return open.values();
    }
}

package io.weirflow.protocol.control;

import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.api.pipeline.StagePlan;
import io.weirflow.protocol.fleet.Poison;
import io.weirflow.protocol.id.Incarnation;
import io.weirflow.protocol.id.LeaseEpoch;
import io.weirflow.protocol.id.SlotId;
import io.weirflow.protocol.id.WorkerId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A decision of the coordinator. Each record is the whole newest state of its key, and a reader's state is nothing but the last record
 * of each key, so a compacted log replays to the same state as the full one. A reader must therefore not rely on the order of records
 * with different keys: the record that admitted a pipeline may come after those that assigned its slots.
 */
public sealed interface ControlRecord {

    /** Returns the key under which the log keeps the last record. */
    String key();

    /**
     * A pipeline runs, or ran, with this plan. Key {@code pipeline/<name>}.
     *
     * @param instance names this run; a new one for each run from the start, the same for a resumed one
     * @param incarnation of all its stages (rule R3): one more for each run. State and progress of older incarnations are not of this
     *     run, and its slots start from nothing
     * @param fingerprint of the plan
     * @param baseDir what relative paths in the plan's options are relative to
     * @param former versions of stages that were upgraded in this run, for as long as a slot may stand before its cut (rule R12). They are in this
     *     record so that nobody ever knows the new version of a stage without the one before
     */
    record PipelineAdmitted(
            String name,
            String instance,
            Incarnation incarnation,
            String fingerprint,
            String baseDir,
            Pipeline plan,
            List<StagePlan> former)
            implements ControlRecord {

        public PipelineAdmitted {
            former = List.copyOf(former);
        }

        /** A run in which every slot has the newest version. */
        public PipelineAdmitted(
                String name,
                String instance,
                Incarnation incarnation,
                String fingerprint,
                String baseDir,
                Pipeline plan) {
            this(name, instance, incarnation, fingerprint, baseDir, plan, List.of());
        }

        /** Returns the same run with fewer or more former versions of its stages. */
        public PipelineAdmitted withFormer(List<StagePlan> newFormer) {
            return new PipelineAdmitted(name, instance, incarnation, fingerprint, baseDir, plan, newFormer);
        }

        /** Returns a version of a stage; empty when it is not known here: a later one, or one that no slot stands before any more. */
        public Optional<StagePlan> stage(int id, int version) {
            return Stream.concat(Stream.of(plan.stage(id)), former.stream())
                    .filter(stage -> stage.id() == id && stage.version() == version)
                    .findFirst();
        }

        @Override
        public String key() {
            return "pipeline/" + name;
        }
    }

    /**
     * A pipeline is in another phase. Key {@code phase/<name>}.
     *
     * @param instance the run that it is about
     * @param reason for a person; empty where the phase speaks for itself
     */
    record PhaseChanged(String name, String instance, Phase phase, String reason) implements ControlRecord {
        @Override
        public String key() {
            return "phase/" + name;
        }
    }

    /**
     * A pipeline was deleted, with its topics. Takes the place of the record that admitted it: key {@code pipeline/<name>}. The number of its
     * last incarnation outlives it, so that one of the same name can never be taken for it.
     */
    record PipelineDeleted(String name, Incarnation incarnation) implements ControlRecord {
        @Override
        public String key() {
            return "pipeline/" + name;
        }
    }

    /**
     * The slots of a stage are spread over so many workers. Key {@code scale/<pipeline>/<stage>}.
     *
     * @param stage uid of the stage; one that the pipeline does not have is void
     * @param workers at most as many; 0 for as many as there are
     */
    record StageScaled(String pipeline, String stage, int workers) implements ControlRecord {
        public StageScaled {
            if (workers < 0) {
                throw new IllegalArgumentException("a stage on " + workers + " workers");
            }
        }

        @Override
        public String key() {
            return "scale/" + pipeline + "/" + stage;
        }
    }

    /**
     * A slot belongs to a worker under this epoch, until the next record of the slot. Key {@code slot/<pipeline>/<stage>/<partition>}.
     *
     * <p>The worker named starts the slot; when it runs the slot under an older epoch, it stops it and starts it again from its last
     * checkpoint. With {@code revoked} it takes a last checkpoint if it can, lets go of the slot and reports {@code Released} under this
     * epoch. A worker that is not named has nothing to do with the slot.
     *
     * <p>A slot goes from one worker to another (rule R7) in this order, so that nobody can checkpoint it once the new owner reads:
     * first the record that revokes it; then {@code Released}, or, when the owner is dead or silent, the fencing of its lease; only then
     * the record that names the new owner. A worker whose lease was fenced lets go of all its slots of the pipeline, takes the lease anew,
     * reads the control log to the end that it has <em>after</em> that, and starts what it still owns: having been revoked first, a slot that
     * is on its way to someone else is not among that.
     *
     * <p>A later life of the same worker is named without revocation or fence, because it fences the former by taking the lease before
     * it reads anything.
     *
     * @param instance the run that it is about; a record of another run than the admitted one is void but for its epoch
     * @param revoked whether the worker is to let go
     * @param epoch grows with every record of the slot, also over runs
     * @param changelogEnd where the slot's changelog ends by what its former owner said when it let go, or by what the coordinator saw after it had fenced it (rule R11), or
     *     {@link #UNKNOWN}. It holds until the worker opens the slot, which appends to the changelog
     */
    record SlotAssigned(
            SlotId slot, String instance, WorkerId worker, boolean revoked, LeaseEpoch epoch, long changelogEnd)
            implements ControlRecord {

        /** The owner has to read the changelog to its end. */
        public static final long UNKNOWN = -1;

        /** Where the changelog ends is not known. */
        public SlotAssigned(SlotId slot, String instance, WorkerId worker, boolean revoked, LeaseEpoch epoch) {
            this(slot, instance, worker, revoked, epoch, UNKNOWN);
        }

        /** Returns the same with an end of the changelog. */
        public SlotAssigned endingAt(long newChangelogEnd) {
            return new SlotAssigned(slot, instance, worker, revoked, epoch, newChangelogEnd);
        }

        @Override
        public String key() {
            return "slot/" + slot;
        }
    }

    /**
     * These workers keep a copy of a slot's state close to what its owner commits, so that they can take the slot over quickly: standbys, and the
     * worker that the slot is about to move to (rule R11). Key {@code followers/<pipeline>/<stage>/<partition>}.
     *
     * <p>It gives no right to the slot: a follower reads what is committed and writes nothing but its own local files, which are a cache. Whoever
     * becomes the owner reads the rest of the changelog after that, as always (rule R7).
     *
     * @param instance the run that it is about; a record of another run is void
     * @param workers their names, sorted: a later life of a worker goes on with it. The owner may be among them, for whom it means nothing
     */
    record SlotFollowed(SlotId slot, String instance, List<String> workers) implements ControlRecord {
        public SlotFollowed {
            workers = workers.stream().sorted().distinct().toList();
        }

        @Override
        public String key() {
            return "followers/" + slot;
        }
    }

    /**
     * A slot fails at a row of its log whenever it comes there (rule R12). Key {@code poison/<slot>/<position>/<row>}. When the row is parked, the
     * slot passes over it, now and whenever its log is processed again; nobody may decide that but this record.
     *
     * @param instance the run that it is about; void in others
     * @param reason why the slot failed, for a person
     * @param parked whether the row is to be passed over
     */
    record RecordPoisoned(SlotId slot, String instance, Poison poison, String reason, boolean parked)
            implements ControlRecord {
        @Override
        public String key() {
            return "poison/" + slot + "/" + poison.position() + "/" + poison.row();
        }
    }

    /**
     * The workers of the pipeline are to take a checkpoint of each of their slots. Key {@code checkpoint/<pipeline>}.
     *
     * @param number grows by one, also over runs; one that was missed is not made up for
     */
    record CheckpointTriggered(String pipeline, long number) implements ControlRecord {
        @Override
        public String key() {
            return "checkpoint/" + pipeline;
        }
    }

    /**
     * Records of a pipeline's inboxes are not needed any more (rule R14), by its slots' committed progress. Key {@code trim/<name>}. They are removed
     * after this is in the log, never before: a leader that was replaced cannot say this, so what it would remove was decided while it led.
     *
     * <p>Numbers only grow, also over runs, and are those of former runs at the start of a new one: a slot that has no checkpoint in its run begins to read
     * here, for all before is of former runs. A pipeline that is deleted loses its inboxes, and its record names none.
     *
     * @param inboxes of all its inboxes of which anything was removed
     */
    record InboxesTrimmed(String pipeline, List<Trim> inboxes) implements ControlRecord {
        public InboxesTrimmed {
            inboxes = List.copyOf(inboxes);
        }

        /**
         * How far one inbox is trimmed.
         *
         * @param stage uid of the stage
         * @param before offset of the first record that may still be needed
         */
        public record Trim(String stage, int partition, long before) {
            public Trim {
                if (partition < 0 || before < 0) {
                    throw new IllegalArgumentException("inbox " + partition + " trimmed before " + before);
                }
            }
        }

        /** Returns the offset of the first record of an inbox that may still be needed. */
        public long before(String stage, int partition) {
            return inboxes.stream()
                    .filter(one -> one.partition() == partition && one.stage().equals(stage))
                    .mapToLong(Trim::before)
                    .findFirst()
                    .orElse(0);
        }

        @Override
        public String key() {
            return "trim/" + pipeline;
        }
    }

    /**
     * A run begins from a savepoint. Key {@code restore/<name>}. As long as it is not complete, the run's changelogs and inboxes are not fit to be read, and
     * its slots are not started.
     *
     * @param instance the run
     * @param savepoint its name
     * @param complete whether all of it was written
     */
    record PipelineRestored(String pipeline, String instance, String savepoint, boolean complete)
            implements ControlRecord {
        @Override
        public String key() {
            return "restore/" + pipeline;
        }
    }

    /**
     * A coordinator leads. Key {@code leader}. The first record of a term; an idle leader repeats it, so that others see that it is there.
     *
     * @param coordinator empty when the leader of this term has ended in order, and nobody leads
     * @param term grows with every election
     * @param address where it answers HTTP, such as {@code http://127.0.0.1:7070}; empty for nowhere
     */
    record LeaderElected(String coordinator, long term, String address) implements ControlRecord {

        /** A leader that answers nowhere. */
        public LeaderElected(String coordinator, long term) {
            this(coordinator, term, "");
        }

        /** Returns whether the leader of this term has ended in order. */
        public boolean resigned() {
            return coordinator.isEmpty();
        }

        @Override
        public String key() {
            return "leader";
        }
    }
}

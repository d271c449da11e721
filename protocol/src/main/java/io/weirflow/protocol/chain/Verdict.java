package io.weirflow.protocol.chain;

/** What a receiver does with a frame (rule R4). */
public sealed interface Verdict {

    /**
     * Take the rows but for the first {@code skip}, which were taken before.
     *
     * @param sender index of the sender in the ledger
     */
    record Accept(int sender, int skip) implements Verdict {}

    /** Every row was taken before. Drop it. */
    record Duplicate() implements Verdict {}

    /**
     * It is of another run of the pipeline (rule R3): of a former one, whose frames stay in the inbox; or of a later one, when this receiver is a
     * slot of a run that has ended and does not know it yet. It would mix both. Drop it, whoever sent it: the runs may have other stages.
     */
    record OtherRun() implements Verdict {}

    /**
     * Rows are missing before the frame: they were lost on the way. Reject it and have the sender restarted. A high-water mark instead
     * would lose them silently, since a producer may lose one batch and deliver the next (fact K5).
     *
     * @param expectedSequence the number that should come next
     */
    record Gap(long expectedSequence) implements Verdict {}

    /**
     * Two frames disagree about rows with the same numbers: the sender is not a function of its input (rule R2). Stop, loudly.
     *
     * @param sequence the frames disagree about a row with this number or a lower one
     */
    record Diverged(long sequence) implements Verdict {}

    /** The sender is not one that this inbox knows. */
    record Unknown() implements Verdict {}
}

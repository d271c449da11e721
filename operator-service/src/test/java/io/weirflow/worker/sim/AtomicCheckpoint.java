package io.weirflow.worker.sim;

/** All of a checkpoint or nothing is in the changelog: state never without the progress that it belongs to. */
final class AtomicCheckpoint extends Checker {

    @Override
    void committed(Committed transaction) {
        if (transaction.stateWithoutProgress()) {
            throw violation("state was committed without its progress, in " + transaction.changelogs());
        }
    }
}

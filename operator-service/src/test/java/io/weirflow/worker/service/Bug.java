package io.weirflow.worker.service;

/**
 * Mistakes that are planted in a fleet, one at a time, to see that the checkers catch them. Each breaks a rule of the log protocol, by a double in
 * the place of one of the ports: the engine itself stays as it is.
 */
enum Bug {
    NONE("", 0, ""),
    R3_ONE_INCARNATION("R3", 3, "a run from the start has the incarnation of the first"),
    R3_NUMBERS_FORGOTTEN("R3", 0, "a slot that is opened again numbers its rows from 1"),
    R4_HIGH_WATER_MARK("R4", 139, "a receiver takes every frame that is not old"),
    R5_FAILED_SENDS_IGNORED("R5", 224, "a slot goes on after a frame was lost"),
    R6_CHECKPOINT_BEFORE_ACKS("R6", 0, "a checkpoint does not wait for frames"),
    R6_CHECKPOINT_BEFORE_ROWS("R6", 181, "a checkpoint does not wait for the rows of at-least-once sinks"),
    R6_TORN_CHECKPOINT("R6", 0, "state goes into one transaction and progress into the next"),
    R6_FAILED_COMMIT_TAKEN_FOR_DONE("R6", 0, "a slot goes on after a commit whose outcome it does not know"),
    R6_DELETIONS_FORGOTTEN("R6", 14, "deleted state comes back when it is restored"),
    R6_FIRST_PROGRESS("R6", 2, "the oldest progress is restored with the newest state"),
    R7_NO_FENCE("R7", 1, "a slot is taken from a silent worker without fencing it"),
    R7_NO_REVOCATION("R7", 77, "a slot is fenced and assigned without being revoked before"),
    R7_OWNERSHIP_NOT_ASKED_AGAIN("R7", 0, "a worker that takes its lease back does not read the control log again"),
    R7_RELEASED_TOO_EARLY("R7", 0, "a worker says that it has let go before it has"),
    R7_CHANGELOG_READ_SHORT("R7", 0, "the last transaction is not read when a slot is opened"),
    R7_CHANGELOG_READ_UNCOMMITTED("R7", 9, "aborted state is restored"),
    R8_UNREPEATABLE_OPERATOR("R8", 1, "an operator uses something that is not in its input"),
    R8_LAST_RESULT_WINS("R8", 21, "of several results of a call the last that is there counts"),
    R8_WAITING_ROWS_FORGOTTEN("R8", 9, "rows that wait for a result are not restored"),
    R8_CLOCK_OF_THE_READER("R8", 2, "processing time is the clock of whoever reads, and not the log's"),
    R10_ROWS_WITHOUT_THEIR_NUMBER("R10", 0, "rows go into one transaction and their number into the next"),
    R10_NUMBER_FORGOTTEN("R10", 1, "the number of published rows is not restored"),
    R10_ACKNOWLEDGED_BEFORE_VISIBLE("R10", 3, "a sink outside says that rows are durable that are not"),
    R10_INTENT_NOT_WRITTEN("R10", 0, "an effect is attempted before its intent is durable"),
    R10_INTENT_FORGOTTEN("R10", 1, "an effect that may have been attempted is not known when the slot is opened"),
    R10_UNKNOWN_TAKEN_FOR_NOT_DONE("R10", 36, "an effect without an answer is repeated"),
    R10_UNKNOWN_NOT_LISTED("R10", 2, "an effect without an answer is listed nowhere"),
    R10_LISTED_APART("R10", 0, "an effect is listed in one transaction and settled in the next"),
    R11_REST_NOT_READ("R11", 9, "a follower takes over without reading the rest of the changelog"),
    R11_OLD_END("R11", 1, "the end that a follower saw before the fence is taken for the end"),
    R11_UNCOMMITTED_FOLLOWED("R11", 88, "a follower takes records of a transaction that has not ended"),
    R11_TORN_FOLLOWED("R11", 8, "a follower takes the progress of a checkpoint without all of its state"),
    R11_DELETIONS_NOT_FOLLOWED("R11", 14, "a follower keeps what was deleted"),
    R11_NUMBER_NOT_FOLLOWED("R11", 0, "a follower does not keep the number of published rows"),
    R11_END_NOT_REACHED("R11", 87, "a follower takes over before it has reached the end that the former owner told"),
    R11_END_BEFORE_FENCE("R11", 21, "the coordinator sees where a changelog ends before it fences, and tells that"),
    R11_END_OF_OLD_DECISION("R11", 204, "a slot is opened by a decision that a newer one has followed"),
    R11_STARTED_BEFORE_RELEASED("R11", 0, "a slot is assigned to its follower before the owner has let go"),
    R12_NEWEST_VERSION("R12", 0, "a slot runs the newest version of its stage, whatever its progress says"),
    R12_VERSION_FORGOTTEN("R12", 0, "a slot that is restored runs the first version of its stage"),
    R12_REACH_FORGOTTEN("R12", 0, "a slot changes its version where former lives may have been further"),
    R12_REACH_NOT_COMMITTED("R12", 0, "a slot takes records before it has committed how many it may"),
    R12_PASSED_OVER_BY_ONE("R12", 4, "one life of a slot passes over a row that is not parked"),
    R12_CHANGED_WHERE_OTHERS_PASS("R12", 11, "a slot changes its version at a row that other lives of it can pass"),
    R13_FORMER_LEADER_NOT_FENCED("R13", 135, "a former leader goes on to decide"),
    R13_LOG_READ_SHORT("R13", 8, "a new leader does not read the last decisions"),
    R13_OLD_REPORTS_COUNT("R13", 41, "a report counts under an epoch that it is not of"),
    R14_TOO_FAR("R14", 0, "records are removed that no checkpoint covers"),
    R14_LARGEST_PROGRESS("R14", 0, "an inbox is trimmed by the progress of another slot of its stage"),
    R14_REPORTS_OF_FORMER_RUNS_COUNT("R14", 0, "an inbox is trimmed by a report of a former epoch or run"),
    R14_REMOVED_BEFORE_DECIDED("R14", 493, "records are removed before the decision is in the log"),
    R14_START_FORGOTTEN("R14", 0, "a slot of a new run looks for the first record that there ever was"),
    STOP_NOT_CAUGHT_UP("R10", 246, "a slot that stops has not made again what a former life of it had made visible"),
    SAVEPOINT_TORN("R6", 92, "a savepoint has a part of a transaction"),
    SAVEPOINT_WITHOUT_INBOXES("R6", 44, "a savepoint has no records of inboxes"),
    SAVEPOINT_OFFSETS_FORGOTTEN("R2", 12, "records of a savepoint are replayed at other offsets"),
    SAVEPOINT_INBOXES_FIRST("R6", 8, "inboxes are taken to end where they did before the checkpoints"),
    SAVEPOINT_TIME_OF_OTHER_RUNS(
            "R8", 661, "records of former runs let processing time pass where a savepoint is replayed"),
    SAVEPOINT_REACH_FORGOTTEN("R12", 139, "a slot that is restored changes its version where it may have been further"),
    SAVEPOINT_REACH_OF_CHECKPOINTS(
            "R12", 613, "a savepoint does not know what slots may have taken since their checkpoints"),
    SAVEPOINT_NOT_ASKED_AGAIN("R7", 687, "who writes a savepoint back does not read the control log again");

    private final String rule;
    private final long seed;
    private final String what;

    /** @param seed with which it was found, to begin with; any other may be as good after a change of the engine */
    Bug(String rule, long seed, String what) {
        this.rule = rule;
        this.seed = seed;
        this.what = what;
    }

    String rule() {
        return rule;
    }

    long seed() {
        return seed;
    }

    String what() {
        return what;
    }
}

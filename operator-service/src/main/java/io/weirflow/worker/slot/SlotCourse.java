package io.weirflow.worker.slot;

import io.weirflow.protocol.checkpoint.Progress.Course;

/**
 * How far a slot may read, and when it may change the version of its stage (rule R12). Used by the slot's thread.
 *
 * <p>A zombie of the slot, or a former life that died before its next checkpoint, may have sent rows made of records behind the last checkpoint, by
 * the code of that time. If such a record were taken by other code afterwards, rows with the same numbers would differ. So each life commits,
 * under its lease, up to which record it may come, before it takes any; {@link Course#reach()} is the largest such bound. Once this life has
 * passed what others may have reached, nobody else has ever seen a record that lies ahead, and the version may change right there.
 *
 * <p>Checkpoints move the bound on long before it is reached: it lies several times as far ahead as the slot reads from one checkpoint to the next.
 */
final class SlotCourse {

    /** The bound lies this many times as far ahead as the slot has come since the last checkpoint. */
    private static final long AHEAD = 4;

    /** When it has come near the bound sooner than expected, and there is as much in the log. */
    private static final long FAR_AHEAD = 16;

    private final long minReachRecords;
    private long othersReach;
    private int version;
    private long taken;
    private long takenAtCheckpoint;
    private long reach;
    private long granted;

    /**
     * @param restored what was committed by the lives before
     * @param claimed what this life commits, see {@link #claim}; until that is {@linkplain #committed committed} it may take nothing
     * @param minReachRecords how far ahead the bound lies at least after a checkpoint
     */
    SlotCourse(Course restored, Course claimed, long minReachRecords) {
        this.minReachRecords = minReachRecords;
        this.othersReach = restored.reach();
        this.version = claimed.stageVersion();
        this.taken = claimed.taken();
        this.takenAtCheckpoint = taken;
        this.reach = taken;
    }

    /**
     * Returns whether a life may take what former lives may have taken before its own claim is committed. It makes the same of that as they, with the same
     * version, and whoever comes later knows that somebody may have come so far: the bound is in the progress that all of them begin with. That has to be
     * progress of a former owner of the slot. A worker that has lost the slot and does not know it could otherwise find that of the next owner, who may draw back the bound,
     * since it knows that nobody else can commit.
     *
     * @param restored what was committed by the lives before
     * @param claimed what this life commits
     */
    static boolean mayGoAhead(Course restored, Course claimed) {
        return claimed.stageVersion() == restored.stageVersion() && restored.reach() > restored.taken();
    }

    /** The claim of this life is under way, and it {@linkplain #mayGoAhead may go ahead}. */
    void goAhead() {
        reach = othersReach;
        granted = reach - taken;
    }

    /**
     * Returns what a life of the slot has to commit before it takes a record. Where no other life has come further than the checkpoint, it goes on
     * with the newest version at once. Where one has, its bound serves this life, too: were it moved on, a slot whose lives end soon, one after the other, would
     * never pass what they may have reached. When there is a newer version it stops there in any case.
     */
    static Course claim(Course restored, int newestVersion, long openingReachRecords, long minReachRecords) {
        int version = restored.stageVersion();
        long taken = restored.taken();
        if (restored.reach() == taken) {
            return new Course(Math.max(version, newestVersion), taken, taken + openingReachRecords);
        }
        return newestVersion > version
                ? restored
                : new Course(version, taken, Math.max(restored.reach(), taken + minReachRecords));
    }

    int version() {
        return version;
    }

    /** Returns how many records may be taken now, at most so many; 0 when a checkpoint has to be committed first. */
    int allowance(int wanted) {
        return (int) Math.min(wanted, reach - taken);
    }

    /** Records were taken. */
    void took(long records) {
        taken += records;
    }

    /** Returns whether it is time for a checkpoint that moves the bound on. */
    boolean runsShort() {
        return reach - taken < granted / 2;
    }

    /** Returns whether no other life has come, or can come, beyond where this one is. */
    boolean alone() {
        return taken >= othersReach;
    }

    /** The record that lies ahead makes every life of the slot fail that runs this version, so none has sent anything of it or of what follows. */
    void nobodyPasses() {
        othersReach = Math.min(othersReach, taken);
    }

    /** Returns whether the bound lies ahead although it need not, when no more records are taken. */
    boolean reachesTooFar() {
        return alone() && reach > taken;
    }

    /**
     * Returns what the next checkpoint says. The bound may go back when the log has become slow, by half at a time, for this checkpoint may just
     * follow soon after another; but not to where others may be. From now on this life heeds the smaller one, since it does not know which of the
     * two whoever comes next will read.
     *
     * @param newestVersion of the stage; when it is newer and others may have come further, the bound is theirs, see {@link #claim}
     * @param lag how many records wait in the log, negative when that is not known
     */
    Course next(int newestVersion, long lag) {
        long next = newestVersion > version && !alone() ? othersReach : Math.max(taken + ahead(lag), othersReach);
        takenAtCheckpoint = taken;
        reach = Math.min(reach, next);
        return new Course(version, taken, next);
    }

    /** Behind the end of the log nobody reads fast: a bound that lies far beyond it would only keep another version away. */
    private long ahead(long lag) {
        long since = taken - takenAtCheckpoint;
        long farAhead = lag < 0 ? FAR_AHEAD * since : Math.min(FAR_AHEAD * since, lag);
        long ahead = Math.max(AHEAD * since, runsShort() ? farAhead : 0);
        return Math.max(ahead, Math.max(minReachRecords, granted / 2));
    }

    /** Returns what the last checkpoint of this life says, after which it takes no record: whoever goes on may do so with another version. */
    Course last(int nextVersion) {
        return new Course(nextVersion, taken, alone() ? taken : Math.max(reach, othersReach));
    }

    /** A checkpoint that says this is committed. */
    void committed(Course course) {
        version = course.stageVersion();
        reach = course.reach();
        granted = reach - course.taken();
    }
}

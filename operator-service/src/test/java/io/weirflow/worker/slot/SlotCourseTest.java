package io.weirflow.worker.slot;

import static org.assertj.core.api.Assertions.assertThat;

import io.weirflow.protocol.checkpoint.Progress.Course;
import org.junit.jupiter.api.Test;

/** How far a slot may read, and where it may change its version. */
final class SlotCourseTest {

    private static final long OPENING = 100;
    private static final long MIN = 10;
    private static final long UNKNOWN = -1;

    private static SlotCourse opened(Course restored, int newestVersion) {
        Course claimed = SlotCourse.claim(restored, newestVersion, OPENING, MIN);
        SlotCourse course = new SlotCourse(restored, claimed, MIN);
        assertThat(course.allowance(512)).as("before the claim is committed").isZero();
        course.committed(claimed);
        return course;
    }

    @Test
    void aSlotThatIsNewHasTheNewestVersionAtOnce() {
        assertThat(SlotCourse.claim(Course.BEGIN, 3, OPENING, MIN)).isEqualTo(new Course(3, 0, 100));
    }

    @Test
    void aSlotThatWasReleasedInOrderChangesItsVersionWhenItIsOpened() {
        assertThat(SlotCourse.claim(new Course(1, 50, 50), 2, OPENING, MIN)).isEqualTo(new Course(2, 50, 150));
    }

    /** The life that has died may have sent rows of its version up to there. */
    @Test
    void aSlotWhoseFormerLifeDiedWaitsUntilItIsFurther() {
        Course restored = new Course(1, 50, 70);
        SlotCourse course = opened(restored, 2);
        assertThat(course.version()).isEqualTo(1);
        assertThat(course.alone()).isFalse();
        course.took(19);
        assertThat(course.alone()).isFalse();
        assertThat(course.last(1)).as("released before that").isEqualTo(new Course(1, 69, 70));
        course.took(1);
        assertThat(course.alone()).isTrue();
        assertThat(course.last(2)).isEqualTo(new Course(2, 70, 70));
    }

    @Test
    void untilItsOwnClaimIsCommittedALifeTakesWhatOthersMayHaveTaken() {
        Course restored = new Course(1, 50, 70);
        Course claimed = SlotCourse.claim(restored, 1, OPENING, 50);
        assertThat(SlotCourse.mayGoAhead(restored, claimed)).isTrue();
        SlotCourse course = new SlotCourse(restored, claimed, MIN);
        course.goAhead();
        assertThat(course.allowance(512)).isEqualTo(20);
        course.took(20);
        assertThat(course.allowance(512)).isZero();
        course.committed(claimed);
        assertThat(course.allowance(512)).as("up to 100").isEqualTo(30);
    }

    @Test
    void whereOthersCannotHaveComeFurtherOrHadAnotherVersionALifeWaitsForItsClaim() {
        Course letGo = new Course(1, 50, 50);
        assertThat(SlotCourse.mayGoAhead(letGo, SlotCourse.claim(letGo, 1, OPENING, MIN)))
                .isFalse();
        assertThat(SlotCourse.mayGoAhead(new Course(1, 50, 70), new Course(2, 50, 70)))
                .isFalse();
    }

    @Test
    void noMoreIsTakenThanWasCommitted() {
        SlotCourse course = opened(Course.BEGIN, 1);
        assertThat(course.allowance(512)).isEqualTo(100);
        assertThat(course.runsShort()).isFalse();
        course.took(51);
        assertThat(course.runsShort()).isTrue();
        Course next = course.next(1, UNKNOWN);
        assertThat(next).as("it came there soon: far ahead").isEqualTo(new Course(1, 51, 51 + 16 * 51));
        course.took(49);
        assertThat(course.allowance(512)).as("until that is committed").isZero();
        course.committed(next);
        assertThat(course.allowance(512)).isEqualTo(512);
        assertThat(course.runsShort()).isFalse();
    }

    /** A burst behind which the log is at its end says nothing of how fast records come. */
    @Test
    void theBoundLiesFarAheadOnlyWhereTheLogDoes() {
        SlotCourse course = opened(Course.BEGIN, 1);
        course.took(60);
        assertThat(course.runsShort()).isTrue();
        assertThat(course.next(1, 10)).isEqualTo(new Course(1, 60, 60 + 4 * 60));
        course = opened(Course.BEGIN, 1);
        course.took(60);
        assertThat(course.next(1, 700)).isEqualTo(new Course(1, 60, 60 + 700));
    }

    /** Each life takes a few records and one checkpoint, then it dies: less than the bound of a life that had much to do lies ahead. */
    @Test
    void aSlotWhoseLivesAreShortGoesOverAllTheSame() {
        Course committed = new Course(1, 50, 90);
        int lives = 0;
        for (boolean over = false; !over; lives++) {
            assertThat(lives).as("lives").isLessThanOrEqualTo(8);
            SlotCourse course = opened(committed, 2);
            course.took(course.allowance(5));
            committed = course.alone() ? course.last(2) : course.next(2, 1_000);
            over = course.alone();
        }
        assertThat(committed).isEqualTo(new Course(2, 90, 90));
    }

    /** Without a newer version, too: there may be one before the next life. */
    @Test
    void aLifeThatDiesBeforeItsFirstCheckpointMovesNoBound() {
        assertThat(SlotCourse.claim(new Course(1, 50, 70), 1, OPENING, MIN)).isEqualTo(new Course(1, 50, 70));
        assertThat(SlotCourse.claim(new Course(1, 50, 51), 1, OPENING, MIN)).isEqualTo(new Course(1, 50, 60));
    }

    @Test
    void aSlowLogHasTheBoundNear() {
        SlotCourse course = opened(Course.BEGIN, 1);
        course.took(1);
        Course next = course.next(1, 0);
        assertThat(next).as("half as far").isEqualTo(new Course(1, 1, 51));
        assertThat(course.allowance(512)).as("whether it gets committed or not").isEqualTo(50);
        course.committed(next);
        assertThat(course.allowance(512)).isEqualTo(50);
        course.committed(course.next(1, 0));
        course.committed(course.next(1, 0));
        course.committed(course.next(1, 0));
        assertThat(course.allowance(512)).as("never nearer than this").isEqualTo(10);
    }

    @Test
    void theBoundNeverGoesBackToWhereOthersMayBe() {
        SlotCourse course = opened(new Course(1, 0, 90), 1);
        course.took(1);
        assertThat(course.next(1, 0).reach()).isEqualTo(90);
    }

    @Test
    void aSlotThatStopsGivesBackWhatItDoesNotNeed() {
        SlotCourse course = opened(new Course(1, 5, 5), 1);
        assertThat(course.reachesTooFar()).isTrue();
        course.committed(course.last(1));
        assertThat(course.reachesTooFar()).isFalse();
        assertThat(opened(new Course(1, 5, 9), 1).reachesTooFar())
                .as("others may come there")
                .isFalse();
    }

    /** Whatever the reach says: whoever comes to the record fails there. */
    @Test
    void aRecordThatNobodyPassesIsACut() {
        SlotCourse course = opened(new Course(1, 5, 90), 2);
        course.took(3);
        assertThat(course.alone()).isFalse();
        course.nobodyPasses();
        assertThat(course.alone()).isTrue();
        assertThat(course.last(2)).isEqualTo(new Course(2, 8, 8));
    }
}

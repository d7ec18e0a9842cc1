package io.policyengine.core.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The time of an entry that a dependency is promised. */
final class DependencyTimeTest {
    private static final String SERVER = "server";
    private static final String OTHER = "other";

    private long now = 1_000_000;
    private final DependencyTime time = new DependencyTime(() -> now);
    private final Cancellation own = new Cancellation().part(time);

    /** The run lasts 1,000; the entry begins after {@code before}, and asks after {@code used} more. */
    @ParameterizedTest
    @CsvSource({
        // A timeout of at most three quarters of the entry's time is promised as a whole.
        "2000, 0,   0,   400,  false",
        "2000, 0,   600, 400,  false",
        "2000, 0,   601, 400,  true",
        "2000, 200, 400, 400,  false",
        "2000, 200, 401, 400,  true",
        // Of a longer one, three quarters of the entry's time are, whether it is longer than the entry's time or not.
        "2000, 0,   250, 900,  false",
        "2000, 0,   251, 900,  true",
        "2000, 0,   250, 1000, false",
        "2000, 0,   251, 1000, true",
        "2000, 200, 50,  5000, false",
        "2000, 200, 51,  5000, true",
        "500,  0,   125, 5000, false",
        "500,  0,   126, 5000, true",
        "500,  0,   400, 100,  false",
        "500,  0,   401, 100,  true",
        // The entries before have left the entry less than its own promised time.
        "2000, 251, 0,   10,   true",
        "2000, 250, 0,   10,   false",
        "500,  501, 0,   10,   true",
        "500,  500, 0,   10,   false"
    })
    void aDependencyIsPromisedItsTimeoutButAtMostThreeQuartersOfTheEntrysTime(
            long limit, long before, long used, long timeout, boolean isCutShort) {
        begin(limit, before);
        now += used;

        assertThat(time.cutsShort(SERVER, timeout)).isEqualTo(isCutShort);
    }

    @Test
    void tellsWhatTheEntryHasLeft() {
        begin(2000, 300);
        now += 200;

        assertThat(time.leaves(500)).isTrue();
        assertThat(time.leaves(501)).isFalse();
    }

    @Test
    void aDependencyThatWasSilentForItsWholeTimeIsTheCauseUntilItAnswers() {
        begin(2000, 0);
        now += 900;
        time.unanswered(SERVER);

        assertThat(time.cutsShort(SERVER, 400)).isFalse();
        assertThat(time.cutsShort(OTHER, 400)).isTrue();

        time.answered(SERVER);
        assertThat(time.cutsShort(SERVER, 400)).isTrue();
    }

    @Test
    void theNextEntryStartsAgain() {
        begin(2000, 0);
        time.unanswered(SERVER);
        begin(2000, 0);
        now += 900;

        assertThat(time.cutsShort(SERVER, 400)).isTrue();
    }

    @Test
    void aResultThatWaitsForAnythingInItsTimeIsNotCutShort() {
        begin(2000, 0);
        assertThat(own.isCutShort()).isFalse();

        Cancellation.Listening cut = own.onCancelOfDependency(true, () -> {});
        assertThat(own.isCutShort()).isTrue();
        Cancellation.Listening inTime = own.onCancelOfDependency(false, () -> {});
        assertThat(own.isCutShort()).isFalse();

        inTime.end();
        cut.end();
        assertThat(own.isCutShort()).isFalse();
    }

    @Test
    void whatFollowsWorkThatTookTheTimeIsCutShort() {
        begin(2000, 0);
        Cancellation.Listening work = own.onCancelOfWork(() -> {});
        now += 501;
        work.end();

        assertThat(own.isCutShort()).isTrue();
        Cancellation.Listening load = own.onCancelOfLoad(new Cancellation(), () -> {});
        assertThat(own.isCutShort()).isTrue();
        load.end();
    }

    @Test
    void aLoadThatHasThreeQuartersOfTheTimeIsNotCutShort() {
        begin(2000, 0);
        now += 250;
        own.onCancelOfLoad(new Cancellation(), () -> {});

        now += 499;
        assertThat(own.isCutShort()).isFalse();
    }

    @Test
    void everyDependencyOfARunThatIsCutShortIsCutShort() {
        time.begin(now, 2000, now, now + 1000, true);

        assertThat(time.cutsShort(SERVER, 1)).isTrue();
        time.unanswered(SERVER);
        assertThat(time.cutsShort(SERVER, 1)).isTrue();
        Cancellation.Listening load = own.onCancelOfLoad(new Cancellation(), () -> {});
        assertThat(own.isCutShort()).isTrue();
        load.end();
        assertThat(own.isCutShort()).isTrue();
    }

    @Test
    void theNextRunHasItsOwnTime() {
        time.begin(now, 2000, now, now + 1000, true);

        time.begin(now, 2000, now, now + 1000, false);

        assertThat(time.cutsShort(SERVER, 1000)).isFalse();
    }

    @Test
    void whatIsNoEntrysHasNoTime() {
        assertThat(new Cancellation().time()).isNull();
        assertThat(new Cancellation().isCutShort()).isFalse();
        assertThat(time.cutsShort(SERVER, Long.MAX_VALUE)).isFalse();
    }

    private void begin(long limit, long before) {
        time.begin(now, limit, now - before, now - before + 1000, false);
    }
}

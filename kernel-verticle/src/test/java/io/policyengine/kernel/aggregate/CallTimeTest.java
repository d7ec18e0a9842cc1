package io.policyengine.kernel.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.kernel.plan.PlannedEntry;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CallTimeTest {
    private static final Set<Kind> OF_TIME = Set.of(Kind.TIMEOUT, Kind.OVERLOADED, Kind.ABORTED_BY_OVERLOAD);

    /** A call is promised its whole time, but at most three quarters of the phase. */
    @ParameterizedTest
    @CsvSource({
        "500, 1500, 1500, TIMEOUT",
        "500, 1500, 500,  TIMEOUT",
        "500, 1500, 499,  DEADLINE_EXCEEDED",
        "500, 1500, 24,   DEADLINE_EXCEEDED",
        "500, 1500, 0,    DEADLINE_EXCEEDED",
        "500, 1500, -20,  DEADLINE_EXCEEDED",
        "500, 500,  499,  TIMEOUT",
        "500, 400,  300,  TIMEOUT",
        "500, 400,  299,  DEADLINE_EXCEEDED",
        "50,  1500, 1500, TIMEOUT",
        "49,  1500, 1500, DEADLINE_EXCEEDED"
    })
    void noAnswerIsAFailureOfTheWorkerOnlyIfItHadItsTime(long limit, long phase, long left, Kind expected) {
        WorkerException judged = time(limit, phase, left).judge(new WorkerException(Kind.TIMEOUT, "no answer"));

        assertThat(judged.kind()).isEqualTo(expected);
        assertThat(judged).hasMessageStartingWith("no answer");
    }

    @ParameterizedTest
    @CsvSource({"500, 1500, 500, false", "500, 1500, 499, true", "500, 400, 300, false", "500, 400, 299, true"})
    void aCallIsShortIfThePhaseLeavesItLessThanItIsPromised(long limit, long phase, long left, boolean isShort) {
        assertThat(time(limit, phase, left).isShort()).isEqualTo(isShort);
    }

    @ParameterizedTest
    @EnumSource
    void onlyAFailureThatTimeBringsAboutIsJudged(Kind kind) {
        Kind judged = time(500, 1500, 10)
                .judge(new WorkerException(kind, "it failed"))
                .kind();

        assertThat(judged).isEqualTo(OF_TIME.contains(kind) ? Kind.DEADLINE_EXCEEDED : kind);
    }

    @ParameterizedTest
    @CsvSource({
        "499, POLICY_TIMEOUT,         CONTINUE,       DENY,     DEADLINE_EXCEEDED",
        "499, DEPENDENCY_UNAVAILABLE, SKIP_REMAINING, DENY,     DEADLINE_EXCEEDED",
        "499, OVERLOADED,             DENY,           CONTINUE, DEADLINE_EXCEEDED",
        "499, OVERLOADED,             CONTINUE,       DENY,     OVERLOADED",
        "499, DEPENDENCY_UNAVAILABLE, DENY,           CONTINUE, DEPENDENCY_UNAVAILABLE",
        "499, POLICY_ERROR,           CONTINUE,       CONTINUE, POLICY_ERROR",
        "500, POLICY_TIMEOUT,         CONTINUE,       DENY,     POLICY_TIMEOUT",
        "500, OVERLOADED,             DENY,           CONTINUE, OVERLOADED"
    })
    void noEntryOfACallWithoutItsTimeIsPassedOver(
            long left, ErrorCode code, OnFailure onFailure, OnFailure onOverload, ErrorCode expected) {
        PlannedEntry entry = new PlannedEntry(
                "entry",
                "policy",
                new PlannedEntry.Reactions(onFailure, onFailure, onOverload),
                new PlannedEntry.BodyDemand(BodyNeed.NONE, false, false, false),
                new PlannedEntry.Traits(false, false, false, false, false),
                EndAccuracy.NONE,
                Set.of());

        EntryFailure judged = time(500, 1500, left).judge(entry, new EntryFailure(code, "it failed"));

        assertThat(judged.code()).isEqualTo(expected);
        assertThat(judged.message()).contains("it failed");
    }

    private static CallTime time(long limit, long phase, long left) {
        return CallTime.of(
                Duration.ofMillis(limit),
                Duration.ofMillis(phase),
                Duration.ofMillis(left).toNanos());
    }
}

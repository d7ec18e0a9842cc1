package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.who.Cause.Kind;
import io.policyengine.core.who.Guarantee;
import org.junit.jupiter.api.Test;

/** The words of items of {@code accept} that the lint knows. */
class AcceptedFindingsTest {
    @Test
    void theWordsAreThoseOfWho() {
        assertThat(AcceptedFindings.NO_IDENTITY).isEqualTo(Guarantee.IDENTITY.acceptKey());
        assertThat(AcceptedFindings.FROM_MEMORY).isEqualTo(Kind.FROM_MEMORY.code());
        assertThat(AcceptedFindings.NO_LIMIT).isEqualTo(Guarantee.LIMIT.acceptKey());
        assertThat(AcceptedFindings.COSTS_NOTHING).isEqualTo(Kind.COSTS_NOTHING.code());
        assertThat(AcceptedFindings.FAILURES)
                .containsExactlyInAnyOrder(
                        Kind.WORKER_AWAY.code(), Kind.DEPENDENCY_AWAY.code(), Kind.OVERLOADED.code());
    }
}

package io.policyengine.core.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.BodyNeed;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Masks that fail open before an entry that stores responses. */
class FailureLintTest extends LintFixture {
    private List<String> messages(String response) throws IOException {
        return findings("[]", response).stream().map(Problem::message).toList();
    }

    @Test
    void aMaskThatFailsOpenBeforeAnEntryThatStoresIsNamedWithItsRemedy() throws IOException {
        List<Problem> found = findings("[]", "[ { policy: masks, on_failure: continue }, { policy: memory } ]");

        assertThat(found)
                .extracting(Problem::message)
                .containsExactly(
                        "'masks' removes, masks or refuses content, but if it fails, 'on_failure: continue' lets"
                                + " the response pass, and 'memory' then stores the unprotected response for "
                                + "later requests: set 'on_failure: deny' (route '/a')");
        assertThat(found.getFirst().location().toString()).endsWith("routes/a.yaml:4:67");
        assertThat(codes("[]", "[ { policy: removes, on_failure: continue }, { policy: memory } ]"))
                .containsExactly("stored_unmasked");
        assertThat(codes("[]", "[ { policy: judges, on_failure: continue }, { policy: plain }, { policy: memory } ]"))
                .containsExactly("stored_unmasked");
    }

    @Test
    void overloadParametersAndWorkersMayOpenIt() throws IOException {
        assertThat(messages("[ { policy: masksAlone, on_overload: continue }, { policy: memory } ]"))
                .singleElement()
                .asString()
                .contains("'on_overload: continue'", "set 'on_overload: deny'");
        assertThat(messages("[ { policy: masksOrPasses, params: { on_error: pass } }, { policy: memory } ]"))
                .singleElement()
                .asString()
                .contains("its parameter '/on_error'", "set it to deny");
        failOpen = true;
        assertThat(messages("[ { policy: otherMasks }, { policy: memory } ]"))
                .singleElement()
                .asString()
                .contains("'fail_open' of worker 'another'", "set 'on_failure: deny'");
    }

    /** A policy without a dependency fails only with its worker, and then nothing is stored in the same call. */
    @Test
    void aMaskWithoutADependencyCountsWhereItsCallMayFailAlone() throws IOException {
        assertThat(codes("[]", "[ { policy: masksAlone, on_failure: continue }, { policy: memory } ]"))
                .isEmpty();
        assertThat(codes("[]", "[ { policy: otherMasks, on_failure: continue }, { policy: memory } ]"))
                .containsExactly("stored_unmasked");
        assertThat(codes(
                        "[]",
                        "[ { policy: masksAlone, on_failure: continue }, { policy: chunks }, { policy: memory } ]"))
                .containsExactly("stored_unmasked");
        body = BodyNeed.STREAMING;
        assertThat(codes("[]", "[ { policy: masksAlone, on_failure: continue }, { policy: memory } ]"))
                .isEmpty();
    }

    @Test
    void whatStoresNothingUnmaskedIsNotNamed() throws IOException {
        for (String mask : List.of(
                "policy: masks",
                "policy: masks, on_failure: skip_remaining",
                "policy: masks, on_failure: continue, mode: shadow",
                "policy: plain, on_failure: continue",
                "policy: removes, on_failure: continue, on_denial: true",
                "policy: masks, on_failure: continue, lint_ignore: [ stored_unmasked ]")) {
            assertThat(codes("[]", "[ { " + mask + " }, { policy: memory } ]"))
                    .as(mask)
                    .isEmpty();
        }
        assertThat(codes("[]", "[ { policy: masks, on_failure: continue }, { policy: memory, mode: off } ]"))
                .isEmpty();
    }
}

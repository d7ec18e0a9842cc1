package io.policyengine.kernel.worker.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class CompatibilityTest {
    private static final WorkerDescription OLD =
            new WorkerDescription("old", "1", new ProtocolVersion(1, 0), 1, 1, List.of());
    private static final WorkerDescription NEW =
            new WorkerDescription("new", "1", ProtocolVersion.CURRENT, 1, 1, List.of());

    @Test
    void refusesConditionsForAnOldWorkerAndSaysWhatToDo() {
        PreparedChain refusal = Objects.requireNonNull(
                Compatibility.refusal(chain(entry("a", null), entry("b", "true")), OLD, Ownership.NONE));

        assertThat(refusal.id()).isEqualTo(7);
        assertThat(refusal.entries().get(0).isGood()).isTrue();
        assertThat(refusal.entries().get(1).problems())
                .containsExactly(
                        new ParamProblem(
                                "",
                                "worker 'old' speaks version 1.0 of the worker protocol, which does not support conditions ('when'): upgrade it"));
    }

    @Test
    void refusesEntriesInTheShadowForAnOldWorker() {
        ChainSpec.Entry shadow = new ChainSpec.Entry(
                "a", "a", JsonNodeFactory.instance.objectNode(), OnFailure.DENY, OnFailure.DENY, null, null, true);

        assertThat(Objects.requireNonNull(Compatibility.refusal(chain(shadow), OLD, Ownership.NONE))
                        .isCallable())
                .isFalse();
        assertThat(Compatibility.refusal(chain(shadow), NEW, Ownership.NONE)).isNull();
    }

    @Test
    void refusesRulesForOverloadForAWorkerThatWouldGoByThoseForFailures() {
        ChainSpec.Entry lax = new ChainSpec.Entry(
                "a", "a", JsonNodeFactory.instance.objectNode(), OnFailure.DENY, OnFailure.CONTINUE, null, null, false);
        WorkerDescription before = new WorkerDescription(
                NEW.name(),
                NEW.version(),
                new ProtocolVersion(1, 1),
                NEW.maxBodySize(),
                NEW.maxStateSize(),
                NEW.policies());

        assertThat(Objects.requireNonNull(Compatibility.refusal(chain(lax), before, Ownership.NONE))
                        .isCallable())
                .isFalse();
        assertThat(Compatibility.refusal(chain(entry("a", null)), before, Ownership.NONE))
                .isNull();
        assertThat(Compatibility.refusal(chain(lax), NEW, Ownership.NONE)).isNull();
    }

    @Test
    void refusesTheRequestsBodyInTheResponsePhaseForAWorkerThatDoesNotKnowIt() {
        PolicyDescriptor keeps = PolicyDescriptor.headersOnly(
                        "a", "1", "Keeps.", Set.of(Phase.REQUEST, Phase.RESPONSE), Set.of())
                .withRequestBodyKept();
        List<DeclaredPolicy> declared = List.of(new DeclaredPolicy(keeps, JsonNodeFactory.instance.objectNode()));
        WorkerDescription older = new WorkerDescription("older", "1", new ProtocolVersion(1, 1), 1, 1, declared);
        WorkerDescription current = new WorkerDescription("current", "1", ProtocolVersion.CURRENT, 1, 1, declared);
        ChainSpec response = new ChainSpec(7, "/r", Phase.RESPONSE, List.of(entry("a", null)));

        assertThat(Objects.requireNonNull(Compatibility.refusal(response, older, Ownership.NONE))
                        .entries()
                        .getFirst()
                        .problems()
                        .getFirst()
                        .message())
                .isEqualTo(
                        "worker 'older' speaks version 1.1 of the worker protocol, which does not support the request's"
                                + " body in the response phase, which the policy needs: upgrade it");
        assertThat(Compatibility.refusal(response, current, Ownership.NONE)).isNull();
        assertThat(Compatibility.refusal(chain(entry("a", null)), older, Ownership.NONE))
                .isNull();
    }

    @Test
    void asksAWorkerForWhatItKnows() {
        assertThat(Compatibility.refusal(chain(entry("a", null)), OLD, Ownership.NONE))
                .isNull();
        assertThat(Compatibility.refusal(chain(entry("a", "true")), NEW, Ownership.NONE))
                .isNull();
    }

    private static ChainSpec chain(ChainSpec.Entry... entries) {
        return new ChainSpec(7, "/r", Phase.REQUEST, List.of(entries));
    }

    private static ChainSpec.Entry entry(String policy, @Nullable String when) {
        return new ChainSpec.Entry(
                policy,
                policy,
                JsonNodeFactory.instance.objectNode(),
                OnFailure.DENY,
                OnFailure.DENY,
                null,
                when,
                false);
    }
}

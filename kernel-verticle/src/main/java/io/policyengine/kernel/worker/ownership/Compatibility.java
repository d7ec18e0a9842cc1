package io.policyengine.kernel.worker.ownership;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.PolicyDescriptor;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds features of a chain that a replica does not support. An older version of the worker protocol would silently
 * ignore some features. Other features are missing from the replica's declaration although the running configuration
 * relies on them.
 */
public final class Compatibility {
    private Compatibility() {}

    /**
     * Returns the refusal of a chain that the replica does not support. Returns null if the replica can be asked to
     * prepare the chain.
     */
    public static @Nullable PreparedChain refusal(ChainSpec chain, WorkerDescription replica, Ownership ownership) {
        List<PreparedChain.Entry> entries = chain.entries().stream()
                .map(entry -> prepared(entry, chain.phase(), replica, ownership))
                .toList();
        PreparedChain prepared = new PreparedChain(chain.id(), entries);
        return prepared.isCallable() ? null : prepared;
    }

    private static PreparedChain.Entry prepared(
            ChainSpec.Entry entry, Phase phase, WorkerDescription replica, Ownership ownership) {
        List<ParamProblem> problems = new ArrayList<>();
        if (!replica.protocolVersion().knows(ProtocolVersion.CONDITIONS_AND_SHADOW)) {
            if (entry.when() != null) {
                problems.add(unknown("conditions ('when')", replica));
            }
            if (entry.shadow()) {
                problems.add(unknown("shadow ('mode: shadow')", replica));
            }
        }
        String lost = ownership.lost(replica, entry.policy());
        if (lost != null) {
            problems.add(new ParamProblem(
                    "",
                    "a replica of worker '" + replica.name() + "' declares the policy, but "
                            + PolicyClaims.less(lost)));
        }
        if (entry.onOverload() != OnFailure.DENY && !replica.protocolVersion().knows(ProtocolVersion.ON_OVERLOAD)) {
            problems.add(unknown("'on_overload'", replica));
        }
        if (!replica.protocolVersion().knows(ProtocolVersion.REQUEST_BODY_KEPT)
                && phase == Phase.RESPONSE
                && declares(entry.policy(), replica, PolicyDescriptor::keepsRequestBody)) {
            problems.add(unknown("the request's body in the response phase, which the policy needs", replica));
        }
        if (!replica.protocolVersion().knows(ProtocolVersion.TRAILERS)
                && declares(
                        entry.policy(),
                        replica,
                        descriptor -> descriptor.facts().contains(Fact.READS_TRAILERS))) {
            problems.add(unknown("trailers, which the policy reads", replica));
        }
        return new PreparedChain.Entry(false, List.copyOf(problems), BodyNeed.NONE, EntryFacts.none());
    }

    private static boolean declares(String policy, WorkerDescription replica, Predicate<PolicyDescriptor> what) {
        return replica.policies().stream()
                .map(DeclaredPolicy::descriptor)
                .anyMatch(descriptor -> descriptor.name().equals(policy) && what.test(descriptor));
    }

    private static ParamProblem unknown(String what, WorkerDescription replica) {
        return new ParamProblem(
                "",
                "worker '" + replica.name() + "' speaks version " + replica.protocolVersion()
                        + " of the worker protocol, which does not support " + what + ": upgrade it");
    }
}

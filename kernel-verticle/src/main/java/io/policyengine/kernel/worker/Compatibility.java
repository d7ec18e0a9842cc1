package io.policyengine.kernel.worker;

import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.ProtocolVersion;
import io.policyengine.core.worker.WorkerDescription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may not be asked of a replica that speaks an older version of the protocol: it would overlook it without a word. */
final class Compatibility {
    private Compatibility() {}

    /** What preparing the chain in this replica comes to without asking it; null: it can be asked. */
    static @Nullable PreparedChain refusal(ChainSpec chain, WorkerDescription replica) {
        List<PreparedChain.Entry> entries =
                chain.entries().stream().map(entry -> prepared(entry, replica)).toList();
        PreparedChain prepared = new PreparedChain(chain.id(), entries);
        return prepared.isCallable() ? null : prepared;
    }

    private static PreparedChain.Entry prepared(ChainSpec.Entry entry, WorkerDescription replica) {
        List<ParamProblem> problems = new ArrayList<>();
        if (!replica.protocolVersion().knows(ProtocolVersion.CONDITIONS_AND_SHADOW)) {
            if (entry.when() != null) {
                problems.add(unknown("conditions ('when')", replica));
            }
            if (entry.shadow()) {
                problems.add(unknown("shadow ('mode: shadow')", replica));
            }
        }
        return new PreparedChain.Entry(false, List.copyOf(problems), BodyNeed.NONE, EntryFacts.none());
    }

    private static ParamProblem unknown(String what, WorkerDescription replica) {
        return new ParamProblem(
                "",
                "worker '" + replica.name() + "' speaks version " + replica.protocolVersion()
                        + " of the worker protocol, which knows no " + what + ": upgrade it");
    }
}

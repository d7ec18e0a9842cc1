package io.policyengine.kernel.plan;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import java.util.Set;

/**
 * One use of a policy in a plan.
 *
 * @param name unique within its flow
 * @param onFailure what happens when the policy fails
 * @param onWorkerFailure what happens when its worker cannot be called or does not answer
 * @param onOverload what happens when it, or the call of its worker, is refused for want of room
 * @param reroute whether its changes may lead to another route
 * @param onDenial whether it is applied to the engine's own denials
 * @param bodyNeed what it needs of its phase's body with its parameters
 * @param keepsRequestBody whether it looks at the request's body in the response phase
 * @param passEncoded whether a body whose content coding cannot be opened passes it by
 * @param shadow whether it only counts what it would have done
 * @param readsTrailers whether it is called with the trailers of its phase's message
 * @param withoutResponseHeaders whether it does its work though the headers of the response are not seen
 * @param endAccuracy how exactly it has to know when exchanges end
 * @param metadataRead the namespaces of Envoy's metadata that it, or its condition, looks at
 * @param withoutBody whether it does without the body that it needs elsewhere, since Envoy's metadata takes the body's place
 */
public record PlannedEntry(
        String name,
        String policy,
        OnFailure onFailure,
        OnFailure onWorkerFailure,
        OnFailure onOverload,
        boolean reroute,
        boolean onDenial,
        BodyNeed bodyNeed,
        boolean keepsRequestBody,
        boolean passEncoded,
        boolean shadow,
        boolean readsTrailers,
        boolean withoutResponseHeaders,
        EndAccuracy endAccuracy,
        Set<String> metadataRead,
        boolean withoutBody) {
    /** Copies. */
    public PlannedEntry {
        metadataRead = Set.copyOf(metadataRead);
    }

    /** The reaction to such a failure. */
    public OnFailure after(EntryFailure failure) {
        return failure.reaction(onFailure, onOverload);
    }

    /** The rule for failures of an entry: a denial where it says none. */
    static OnFailure onFailure(EntryConfig entry) {
        return entry.onFailure() == null ? OnFailure.DENY : entry.onFailure();
    }

    /** True if it looks at the body. */
    public boolean readsBody() {
        return bodyNeed != BodyNeed.NONE;
    }
}

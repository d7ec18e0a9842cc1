package io.policyengine.kernel.plan;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EndAccuracy;
import java.util.Set;

/**
 * An entry of a chain in a plan.
 *
 * @param name unique within its flow
 * @param endAccuracy how exactly the policy has to learn when exchanges end
 * @param metadataRead the namespaces of Envoy's metadata that the entry, or its condition, reads
 */
public record PlannedEntry(
        String name,
        String policy,
        Reactions reactions,
        BodyDemand body,
        Traits traits,
        EndAccuracy endAccuracy,
        Set<String> metadataRead) {
    public PlannedEntry {
        metadataRead = Set.copyOf(metadataRead);
    }

    /**
     * The reactions to an entry's failures.
     *
     * @param onFailure the reaction if the policy fails
     * @param onWorkerFailure the reaction if its worker is unavailable or does not answer
     * @param onOverload the reaction if the policy, or the call of its worker, is refused because of overload
     */
    public record Reactions(OnFailure onFailure, OnFailure onWorkerFailure, OnFailure onOverload) {}

    /**
     * An entry's need for bodies, which depends on its parameters.
     *
     * @param need how the entry reads the body of its own phase
     * @param keepsRequest whether the entry reads the request's body in the response phase
     * @param passEncoded whether the entry is skipped for a body whose content coding cannot be decoded
     * @param isReplaced whether Envoy's metadata replaces the body
     */
    public record BodyDemand(BodyNeed need, boolean keepsRequest, boolean passEncoded, boolean isReplaced) {}

    /**
     * The properties of an entry on which plans and exchanges depend.
     *
     * @param reroute whether its changes may select another route
     * @param onDenial whether it is applied to the engine's own denials
     * @param shadow whether its outcome is only counted and not applied
     * @param readsTrailers whether it is called with the trailers of its phase's message
     * @param withoutResponseHeaders whether it works without the response headers
     */
    public record Traits(
            boolean reroute, boolean onDenial, boolean shadow, boolean readsTrailers, boolean withoutResponseHeaders) {}

    public OnFailure onFailure() {
        return reactions.onFailure();
    }

    /** Returns the reaction if the entry's worker is unavailable or does not answer. */
    public OnFailure onWorkerFailure() {
        return reactions.onWorkerFailure();
    }

    /** Returns the reaction if the entry, or the call of its worker, is refused because of overload. */
    public OnFailure onOverload() {
        return reactions.onOverload();
    }

    public BodyNeed bodyNeed() {
        return body.need();
    }

    /** Returns whether the entry reads the request's body in the response phase. */
    public boolean keepsRequestBody() {
        return body.keepsRequest();
    }

    public boolean passEncoded() {
        return body.passEncoded();
    }

    /** Returns whether Envoy's metadata replaces the body for this entry. */
    public boolean withoutBody() {
        return body.isReplaced();
    }

    public boolean reroute() {
        return traits.reroute();
    }

    public boolean onDenial() {
        return traits.onDenial();
    }

    public boolean shadow() {
        return traits.shadow();
    }

    public boolean readsTrailers() {
        return traits.readsTrailers();
    }

    public boolean withoutResponseHeaders() {
        return traits.withoutResponseHeaders();
    }

    public OnFailure after(EntryFailure failure) {
        return failure.reaction(onFailure(), onOverload());
    }

    static OnFailure onFailure(EntryConfig entry) {
        return entry.onFailure() == null ? OnFailure.DENY : entry.onFailure();
    }

    public boolean readsBody() {
        return bodyNeed() != BodyNeed.NONE;
    }
}

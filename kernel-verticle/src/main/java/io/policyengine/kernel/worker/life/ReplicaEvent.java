package io.policyengine.kernel.worker.life;

/** The events of a replica's life. */
public enum ReplicaEvent {
    /** It said who it is, and is accepted, whatever it declares: if a policy is another worker's, only that policy is refused. */
    ACCEPTED,
    /** It calls itself by another name, speaks another protocol, or refuses this kernel: it has answered nevertheless. */
    REJECTED,
    /** It could not be reached, did not say in time who it is, or its process belongs to another user, and is asked nothing. */
    FAILED,
    /** The connection was lost. */
    LOST,
    /** The pause before the next attempt is over. */
    PAUSE_OVER,
    /** It has prepared, or refused, the chains of all live generations; those of drafts are not waited for. */
    CHAINS_PREPARED,
    /** It has not prepared the chains of all live generations. */
    CHAINS_MISSING,
    /** It failed to prepare what it was asked for last, chains of live generations or of a draft. */
    CANNOT_PREPARE,
    /** It has prepared what took it longer than anybody waits for, or is to be asked again for what it could not. */
    CAUGHT_UP,
    /** No configuration needs it any more. */
    DROPPED
}

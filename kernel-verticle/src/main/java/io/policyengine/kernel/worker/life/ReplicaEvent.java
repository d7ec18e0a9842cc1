package io.policyengine.kernel.worker.life;

/** The events of a replica's life. */
public enum ReplicaEvent {
    /** It said who it is, and is accepted, whatever it declares: a policy of another worker's is refused alone. */
    ACCEPTED,
    /** It calls itself by another name, speaks another protocol, or refuses this kernel: it has answered nevertheless. */
    REJECTED,
    /** It could not be reached, did not say in time who it is, or its process is another user's, who is asked nothing. */
    FAILED,
    /** The connection was lost. */
    LOST,
    /** The pause before the next attempt is over. */
    PAUSE_OVER,
    /** It has prepared the chains of all live generations; those of drafts are not waited for. */
    CHAINS_PREPARED,
    /** It has not prepared the chains of all live generations. */
    CHAINS_MISSING,
    /** It refuses a chain of a live generation that another replica, which is well, takes. */
    CHAINS_REFUSED,
    /** It needs less of bodies for a chain of a live generation than another replica, which is well. */
    CHAINS_LESSENED,
    /** It failed to prepare what it was asked for last, chains of live generations or of a draft. */
    CANNOT_PREPARE,
    /** It has prepared what took it longer than anybody waits for. */
    CAUGHT_UP,
    /** No configuration needs it any more. */
    DROPPED
}

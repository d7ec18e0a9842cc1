package io.policyengine.kernel.worker.life;

/** The events that concern the connection to a replica and its chains. */
public enum ReplicaEvent {
    /** The replica has described itself and was accepted, although some of its policies may belong to other workers. */
    ACCEPTED,
    /** The replica does not have the configured name, uses an unsupported protocol, or refuses this kernel. */
    REJECTED,
    /** The replica was unreachable, sent no description of itself in time, or runs as another user. */
    FAILED,
    LOST,
    /** The pause before the next attempt is over. */
    PAUSE_OVER,
    /** The replica has prepared or refused the chains of all live generations; chains of drafts do not matter. */
    CHAINS_PREPARED,
    /** The replica lacks chains of live generations. */
    CHAINS_MISSING,
    /**
     * The replica failed to prepare the chains that were requested last. They may belong to live generations or to a
     * draft.
     */
    CANNOT_PREPARE,
    /**
     * The replica has finished a slow preparation for which the kernel no longer waited, or the pause before another
     * request is over.
     */
    CAUGHT_UP,
    /** The replica is no longer needed by any configuration. */
    DROPPED
}

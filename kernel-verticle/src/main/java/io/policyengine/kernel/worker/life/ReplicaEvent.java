package io.policyengine.kernel.worker.life;

/** The events of a replica's life. */
public enum ReplicaEvent {
    /** The replica was described and accepted, although some of its policies may belong to other workers. */
    ACCEPTED,
    /** The replica does not have the configured name, uses an unsupported protocol, or refuses this kernel. */
    REJECTED,
    /** The replica was unreachable, sent no description in time, or runs as another user. */
    FAILED,
    LOST,
    /** The pause before the next attempt is over. */
    PAUSE_OVER,
    /** The replica has prepared or refused the chains of all live generations; chains of drafts do not matter. */
    CHAINS_PREPARED,
    /** The replica lacks chains of live generations. */
    CHAINS_MISSING,
    /**
     * The replica failed to prepare the chains last requested, which may be those of live generations or of a draft.
     */
    CANNOT_PREPARE,
    /**
     * The replica has finished a preparation for which the kernel had stopped waiting, or the pause before another
     * request is over.
     */
    CAUGHT_UP,
    /** The replica is no longer needed by any configuration. */
    DROPPED
}

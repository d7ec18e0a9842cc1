package io.policyengine.kernel.worker.life;

/** The events of a replica's life. */
public enum ReplicaEvent {
    /** The replica was described and accepted, even if some of its policies belong to other workers. */
    ACCEPTED,
    /** The replica has another name or protocol, or refuses this kernel. */
    REJECTED,
    /** The replica was unreachable, sent no description in time, or belongs to another user and is not used. */
    FAILED,
    LOST,
    /** The pause before the next attempt is over. */
    PAUSE_OVER,
    /** The replica has prepared, or refused, the chains of all live generations; those of drafts do not matter. */
    CHAINS_PREPARED,
    /** The replica lacks chains of live generations. */
    CHAINS_MISSING,
    /** The replica failed to prepare the last requested chains, of live generations or a draft. */
    CANNOT_PREPARE,
    /** The replica has completed a preparation that was no longer awaited, or is due for another request. */
    CAUGHT_UP,
    /** The replica is no longer needed by any configuration. */
    DROPPED
}

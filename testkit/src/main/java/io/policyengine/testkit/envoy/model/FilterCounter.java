package io.policyengine.testkit.envoy.model;

/** The filter's statistics under their names in Envoy, and counters of mode overrides that only this model has. */
public enum FilterCounter {
    STREAMS_STARTED,
    STREAM_MSGS_SENT,
    /** Answers that were accepted. */
    STREAM_MSGS_RECEIVED,
    /** Answers that were not awaited, or were of the wrong kind. */
    SPURIOUS_MSGS_RECEIVED,
    /** Streams that the server closed with OK. */
    STREAMS_CLOSED,
    STREAMS_FAILED,
    FAILURE_MODE_ALLOWED,
    MESSAGE_TIMEOUTS,
    REJECTED_HEADER_MUTATIONS,
    /** Message timers that were extended. */
    OVERRIDE_MESSAGE_TIMEOUT_RECEIVED,
    /**
     * Requested extensions of a message timer that were disabled, out of range, repeated, or without a running timer.
     */
    OVERRIDE_MESSAGE_TIMEOUT_IGNORED,
    CLEAR_ROUTE_CACHE,
    /** Answers with clear_route_cache but without a header mutation. */
    CLEAR_ROUTE_CACHE_IGNORED,
    MODE_OVERRIDES_HONOURED,
    MODE_OVERRIDES_IGNORED,
    /** Dynamic metadata that was dropped, because its namespace is not in receiving_namespaces. */
    DYNAMIC_METADATA_DROPPED
}

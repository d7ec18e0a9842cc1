package io.policyengine.testkit.envoy.model;

/** The filter's statistics under their names in Envoy, and counters of mode overrides, which only this model has. */
public enum FilterCounter {
    STREAMS_STARTED,
    STREAM_MSGS_SENT,
    /** Answers accepted. */
    STREAM_MSGS_RECEIVED,
    /** Answers that were not awaited, or were of the wrong kind. */
    SPURIOUS_MSGS_RECEIVED,
    /** Streams that the server closed with OK. */
    STREAMS_CLOSED,
    STREAMS_FAILED,
    FAILURE_MODE_ALLOWED,
    MESSAGE_TIMEOUTS,
    REJECTED_HEADER_MUTATIONS,
    /** Message timers extended. */
    OVERRIDE_MESSAGE_TIMEOUT_RECEIVED,
    /** Extensions that were disabled, out of range, repeated, or without a running timer. */
    OVERRIDE_MESSAGE_TIMEOUT_IGNORED,
    CLEAR_ROUTE_CACHE,
    /** Answers with clear_route_cache but without a header mutation. */
    CLEAR_ROUTE_CACHE_IGNORED,
    MODE_OVERRIDES_HONOURED,
    MODE_OVERRIDES_IGNORED,
    /** Dynamic metadata written to a namespace that is not in receiving_namespaces. */
    DYNAMIC_METADATA_DROPPED
}

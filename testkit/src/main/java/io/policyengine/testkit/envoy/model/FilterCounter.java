package io.policyengine.testkit.envoy.model;

/** The filter's statistics, by their names in Envoy, and those of mode overrides, which Envoy does not count. */
public enum FilterCounter {
    /** gRPC streams opened. */
    STREAMS_STARTED,
    /** Messages sent. */
    STREAM_MSGS_SENT,
    /** Answers accepted. */
    STREAM_MSGS_RECEIVED,
    /** Answers that nothing had asked for, or of the wrong kind. */
    SPURIOUS_MSGS_RECEIVED,
    /** Streams that the server closed with OK, or that were given up with failure_mode_allow. */
    STREAMS_CLOSED,
    /** Streams that ended with an error. */
    STREAMS_FAILED,
    /** Failures that failure_mode_allow let pass. */
    FAILURE_MODE_ALLOWED,
    /** Messages that were not answered in time. */
    MESSAGE_TIMEOUTS,
    /** Header mutations that the mutation rules forbid. */
    REJECTED_HEADER_MUTATIONS,
    /** Timers extended. */
    OVERRIDE_MESSAGE_TIMEOUT_RECEIVED,
    /** Extensions that were not allowed, too long, or came twice. */
    OVERRIDE_MESSAGE_TIMEOUT_IGNORED,
    /** Route caches cleared. */
    CLEAR_ROUTE_CACHE,
    /** clear_route_cache without header mutation. */
    CLEAR_ROUTE_CACHE_IGNORED,
    /** mode_override applied. */
    MODE_OVERRIDES_HONOURED,
    /** mode_override not applied. */
    MODE_OVERRIDES_IGNORED,
    /** dynamic_metadata in a namespace that is not received. */
    DYNAMIC_METADATA_DROPPED
}

package io.policyengine.core.policy;

import java.util.Locale;

/** The facts that a policy declares about itself, for checks of the chains that it is in. */
public enum Fact {
    /** Leaves an {@link Identity}. */
    PROVIDES_IDENTITY,
    /** Makes no sense without an identity. */
    NEEDS_IDENTITY,
    /** Works with an identity if there is one. */
    USES_IDENTITY,
    /** Refuses requests that show no credentials. */
    DENIES_ANONYMOUS,
    /** Answers browsers' preflight requests. */
    HANDLES_CORS,
    /** Answers every request itself: nothing after it runs. */
    ALWAYS_ANSWERS,
    /** May answer the client itself. */
    MAY_DENY,
    /** A response policy that works on headers alone and is applied to the engine's own denials unless its entry says no. */
    ON_DENIAL,
    /** A request policy that leaves header fields for the response. */
    MARKS_RESPONSE,
    /** A request policy whose changes are there to lead to another route: Envoy chooses again after them. */
    REROUTES,
    /** Harms exchanges on purpose: a worker takes it only where {@code worker_core.allow_faults} is true. */
    INJECTS_FAULTS,
    /** Does its work in both flows: its entry in one is in vain without one of the same name and parameters in the other. */
    STANDS_IN_BOTH_FLOWS,
    /** Looks at the body where its flow gives it and its coding can be opened; elsewhere it does the rest of its work. */
    DOES_WITHOUT_BODY,
    /** Is called with the trailers of its phase's message, for which Envoy is asked then. */
    READS_TRAILERS,
    /**
     * The policy does not need the response headers: {@code onResponse} need not be called if its chains read only
     * trailers, and the status at the end of the exchange may be unknown.
     */
    DOES_WITHOUT_RESPONSE_HEADERS;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The fact as it is written on the wire. */
    public String code() {
        return code;
    }
}

package io.policyengine.core.policy;

import java.util.Locale;

/** The facts that a policy declares about itself, for checks of its chains. */
public enum Fact {
    /** Provides an {@link Identity} to later policies. */
    PROVIDES_IDENTITY,
    /** Makes no sense without an identity. */
    NEEDS_IDENTITY,
    /** Works with an identity if there is one. */
    USES_IDENTITY,
    /** Refuses requests without credentials. */
    DENIES_ANONYMOUS,
    /** Answers browsers' preflight requests. */
    HANDLES_CORS,
    /** Answers every request itself: nothing after it runs. */
    ALWAYS_ANSWERS,
    /** May answer the client itself. */
    MAY_DENY,
    /** A response policy on headers that also runs on the engine's own denials, unless its entry opts out. */
    ON_DENIAL,
    /** A request policy that sets header fields of the later response. */
    MARKS_RESPONSE,
    /** A request policy whose changes are meant to select another route, which Envoy then chooses. */
    REROUTES,
    /** Harms exchanges on purpose; workers accept it only if {@code worker_core.allow_faults} is true. */
    INJECTS_FAULTS,
    /** Works only in both flows: an entry in one needs an entry of the same name and parameters in the other. */
    STANDS_IN_BOTH_FLOWS,
    /** Reads the body if its flow provides it and it can be decoded; otherwise does the rest of its work. */
    DOES_WITHOUT_BODY,
    /** Runs on the trailers of its phase's message, which are then requested from Envoy. */
    READS_TRAILERS,
    /**
     * The policy does not need the response headers: {@code onResponse} need not be called if its chains read only
     * trailers, and the status at the end of the exchange may be unknown.
     */
    DOES_WITHOUT_RESPONSE_HEADERS;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The fact as written on the wire. */
    public String code() {
        return code;
    }
}

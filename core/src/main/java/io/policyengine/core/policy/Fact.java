package io.policyengine.core.policy;

import java.util.Locale;

/** The facts that a policy declares about itself, for checks of its chains. */
public enum Fact {
    /** The policy provides an {@link Identity} to later policies. */
    PROVIDES_IDENTITY,
    /** The policy passes the token with which it authenticated the client to later entries of the same call. */
    PASSES_TOKEN,
    /** The policy denies every request for which no entry has passed it a token. */
    NEEDS_TOKEN,
    /** The policy accepts tokens that an issuer made for any service. */
    ACCEPTS_ANY_AUDIENCE,
    /** The policy takes a credential from the query, which appears in access logs and browser histories. */
    READS_SECRET_IN_QUERY,
    /** The policy authenticates by a signature that may leave the body unsigned. */
    LEAVES_BODY_UNSIGNED,
    /** The policy cannot do its work without an identity. */
    NEEDS_IDENTITY,
    /** The policy uses an identity if one is present. */
    USES_IDENTITY,
    /** The policy refuses requests without credentials. */
    DENIES_ANONYMOUS,
    /** The policy answers browsers' preflight requests. */
    HANDLES_CORS,
    /** The policy answers every request itself, so nothing after it runs. */
    ALWAYS_ANSWERS,
    /** The policy may answer the client itself. */
    MAY_DENY,
    /**
     * The policy decides which requests may be answered. It protects stored answers only if it runs before the policy
     * that sends them.
     */
    RESTRICTS_ACCESS,
    /**
     * The policy may answer a request with the answer to an earlier request. Then no later entry of the request flow
     * runs, and in the response flow only entries that also handle denials run.
     */
    ANSWERS_FROM_MEMORY,
    /**
     * The policy stores responses as they are after the earlier entries of the response flow, for later requests. Later
     * entries do not change the stored response.
     */
    STORES_ANSWERS,
    /**
     * The policy may give a stored answer also to identities other than the one that sent the original request. A cache
     * key with only a part of the identity does not prevent this.
     */
    SHARES_ANSWERS,
    /** The policy works on response headers, and also runs on the engine's own denials unless its entry opts out. */
    ON_DENIAL,
    /** The policy runs on requests and sets header fields of the later response. */
    MARKS_RESPONSE,
    /** The policy runs on requests and changes them so that Envoy selects another route. */
    REROUTES,
    /**
     * The policy deliberately delays or fails exchanges. Workers accept it only if {@code worker_core.allow_faults} is
     * true.
     */
    INJECTS_FAULTS,
    /** The policy works only if each flow contains an entry of it, with the same name and parameters. */
    STANDS_IN_BOTH_FLOWS,
    /**
     * The policy reads the body if the flow provides it and it can be decoded. Otherwise it does only the work that
     * needs no body.
     */
    DOES_WITHOUT_BODY,
    /** The policy runs on the trailers of its phase's message. The engine then requests trailers from Envoy. */
    READS_TRAILERS,
    /**
     * The policy does not need the response headers. If no policy of the route needs them, {@code onResponse} may not
     * be called, and the status may be unknown at the end of the exchange.
     */
    DOES_WITHOUT_RESPONSE_HEADERS,
    /**
     * The declared facts are complete: the policy has no other effect on the identity, skips no policies, and changes
     * no headers but the declared ones. Without this fact, the checks assume all these effects.
     */
    DECLARES_ALL_EFFECTS,
    /** The policy denies every request without an identity. */
    REQUIRES_IDENTITY,
    /** The policy limits the use of the upstream by each client. */
    LIMITS_USE,
    /** The policy counts clients only by keys that consist of request fields or of the query. */
    LIMITS_BY_FIELDS,
    /** The policy counts clients only by keys that a client can choose at least in part, such as an id with a field. */
    LIMITS_BY_CHOSEN_PARTS,
    /** The policy counts requests without an identity only by keys that a client can choose at least in part. */
    LIMITS_ANONYMOUS_BY_FIELDS,
    /**
     * The policy counts clients only by keys that a client can choose, including the whole client address. An IPv6
     * client has at least a /64 of addresses.
     */
    LIMITS_BY_WHOLE_ADDRESS,
    /**
     * The policy relies on state in the memory of its process, such as counts or used nonces. Each replica of a worker
     * has its own state.
     */
    RELIES_ON_LOCAL_STATE,
    /** The policy decides by the path as the client wrote it; the same path can be written in many ways. */
    USES_RAW_PATH,
    /** The policy judges the content of messages, and denies some. */
    JUDGES_CONTENT,
    /** The policy removes or replaces parts of the content of messages that their recipients must not get. */
    MASKS_CONTENT,
    /**
     * The policy replaces parts of the content of requests by tokens that differ in every exchange, so that later
     * entries cannot recognize a repeated request.
     */
    TOKENIZES_CONTENT,
    /**
     * The policy replaces tokens in the response by the original content. A token can be replaced only until the
     * exchange that created it ends.
     */
    RESTORES_CONTENT,
    /** The policy fails if a server or another program that it needs is unavailable or too slow. */
    HAS_DEPENDENCY,
    /** The policy may change a request's method, authority, path, or headers that it does not declare. */
    CHANGES_REQUEST,
    /** The policy may skip the remaining policies of its phase. */
    SKIPS_REMAINING;

    private final String code = name().toLowerCase(Locale.ROOT);

    /** The fact as written on the wire. */
    public String code() {
        return code;
    }
}

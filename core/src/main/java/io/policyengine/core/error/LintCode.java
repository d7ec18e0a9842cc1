package io.policyengine.core.error;

import io.policyengine.core.error.Problem.Severity;
import java.util.Locale;

/**
 * The likely mistakes in chains that can nevertheless run. Each has a section in docs/lint.md and is suppressed by
 * {@code lint_ignore}. A finding is an error if the policies' declarations show that part of the chain never takes
 * effect, or that its order removes a protection.
 */
public enum LintCode {
    /** An entry requires an identity, but no earlier entry provides one. */
    NEEDS_IDENTITY(Severity.ERROR),
    /** An entry uses an identity if present, but only a later entry provides one. */
    USES_IDENTITY_TOO_EARLY(Severity.WARNING),
    /** An entry needs the token that an earlier entry has validated, but no call of the worker passes it on. */
    TOKEN_NOT_PASSED_ON(Severity.ERROR),
    /** Ids of several issuers are used without prefixes, so one id may name different clients. */
    ISSUERS_SHARE_IDS(Severity.WARNING),
    /** An entry accepts tokens that an issuer made for other services. */
    AUDIENCE_UNCHECKED(Severity.WARNING),
    /** An entry accepts a signature that does not cover the body. */
    BODY_UNSIGNED(Severity.WARNING),
    /** A credential is taken from the query, which logs and histories record. */
    SECRET_IN_QUERY(Severity.WARNING),
    /** Requests pass unauthenticated when the authentication policy fails. */
    AUTHENTICATION_FAILS_OPEN(Severity.WARNING),
    /** A limit counts by a value that each client chooses. */
    CLIENT_CHOOSES_KEY(Severity.WARNING),
    /** A client can change or omit a value in the key of a limit, and then starts a new count or is not counted. */
    KEY_FAILS_OPEN(Severity.WARNING),
    /** A client can send requests that a limit does not count, since their cost is 0. */
    LIMIT_COSTS_NOTHING(Severity.WARNING),
    /** A protection depends on the memory of one process, but its worker has several replicas. */
    STATE_NOT_SHARED(Severity.WARNING),
    /** A decision depends on a header field with the client's address, which the client itself can set. */
    ADDRESS_FROM_HEADER(Severity.WARNING),
    /** A decision depends on the path as the client wrote it; the same path can be written in many ways. */
    DECIDES_ON_RAW_PATH(Severity.WARNING),
    /** Preflight requests, which carry no credentials, are denied before they reach the policy that answers them. */
    CORS_AFTER_AUTHENTICATION(Severity.ERROR),
    /** A header is set, and later removed before anything reads it. */
    HEADER_SET_THEN_REMOVED(Severity.WARNING),
    /** A header is set twice, and nothing reads the first value. */
    HEADER_SET_TWICE(Severity.WARNING),
    /** An entry follows a policy that answers every request, so it never runs. */
    UNREACHABLE(Severity.ERROR),
    /** An entry that protects answers does not run for the answers that an earlier entry gives from memory. */
    SKIPPED_ON_HIT(Severity.ERROR),
    /** An entry changes responses depending on the identity, and the result is stored for other identities. */
    STORED_FOR_OTHERS(Severity.ERROR),
    /** An entry that protects content may fail and let a response pass, which is then stored for later requests. */
    STORED_UNMASKED(Severity.WARNING),
    /** An entry compares or stores tokens that have a meaning in one exchange only. */
    TOKENS_IN_MEMORY(Severity.ERROR),
    /** A policy that needs entries in both flows of a route has an entry in only one. */
    COUNTERPART_MISSING(Severity.ERROR),
    /** The condition of an entry in both flows reads a value that a later entry changes. */
    RUNS_IN_ONE_FLOW(Severity.WARNING),
    /** An entry reads the token usage too early: Envoy provides it only with the trailers. */
    TOKEN_USAGE_TOO_EARLY(Severity.ERROR),
    /** An entry that charges the tokens used by an answer comes after an entry that may replace the answer. */
    USAGE_REPLACED(Severity.WARNING),
    /** A policy that cannot stream delays the response until its body is complete. */
    RESPONSE_HELD_BACK(Severity.WARNING),
    /** A worker is called twice although one call would suffice in another order of the chain. */
    CALL_COULD_BE_SAVED(Severity.WARNING),
    /**
     * A rerouted request skips the chain of its new route. A client that requests the new route directly skips the
     * chain that reroutes.
     */
    REROUTE_SKIPS_CHAIN(Severity.WARNING),
    /** Requests of a route with authentication are rerouted to a variant of the route without authentication. */
    REROUTE_SKIPS_AUTHENTICATION(Severity.ERROR),
    /**
     * A route's name contains its position among other routes. When the order changes, its policies apply to another
     * route.
     */
    INDEX_BASED_ROUTE_NAME(Severity.WARNING),
    /**
     * An entry that fails open may get less than its promised time, because of the time-outs of earlier entries. Its
     * failures then deny.
     */
    TIMEOUTS_DO_NOT_FIT(Severity.WARNING),
    /** A {@code lint_ignore} has no effect. */
    UNUSED_IGNORE(Severity.WARNING);

    private final String text = name().toLowerCase(Locale.ROOT);
    private final Severity severity;

    LintCode(Severity severity) {
        this.severity = severity;
    }

    /** The code as written: {@code header_set_twice}. */
    public String text() {
        return text;
    }

    public Severity severity() {
        return severity;
    }
}

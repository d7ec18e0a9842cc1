package io.policyengine.core.error;

import io.policyengine.core.error.Problem.Severity;
import java.util.Locale;

/**
 * The faults of chains that can run. Each has a section in docs/lint.md and is silenced by {@code lint_ignore}. A
 * finding is an error if, according to the policies' declarations, something in the chain can never take effect.
 */
public enum LintCode {
    /** Works with an identity that nothing before it leaves. */
    NEEDS_IDENTITY(Severity.ERROR),
    /** Works with an identity that is left only after it. */
    USES_IDENTITY_TOO_EARLY(Severity.WARNING),
    /** Requests pass unauthenticated when authentication fails to run. */
    AUTHENTICATION_FAILS_OPEN(Severity.WARNING),
    /** Preflight requests, which carry no credentials, do not reach what answers them. */
    CORS_AFTER_AUTHENTICATION(Severity.ERROR),
    /** A header that is set and removed again. */
    HEADER_SET_THEN_REMOVED(Severity.WARNING),
    /** A header that is set and set again. */
    HEADER_SET_TWICE(Severity.WARNING),
    /** Behind a policy that always answers. */
    UNREACHABLE(Severity.ERROR),
    /** Does its work in both flows of a route, and stands in one. */
    COUNTERPART_MISSING(Severity.ERROR),
    /** An entry reads the token usage, which Envoy provides with the trailers, before they arrive. */
    TOKEN_USAGE_TOO_EARLY(Severity.ERROR),
    /** A policy that cannot stream delays a whole response. */
    RESPONSE_HELD_BACK(Severity.WARNING),
    /** A worker is called again although another order of the chain would need one call. */
    CALL_COULD_BE_SAVED(Severity.WARNING),
    /** The chain of the route that a request comes to does not run. */
    REROUTE_SKIPS_CHAIN(Severity.WARNING),
    /** The name of the route says where it stands among others, and is another route's when that changes. */
    INDEX_BASED_ROUTE_NAME(Severity.WARNING),
    /** A {@code lint_ignore} has no effect. */
    UNUSED_IGNORE(Severity.WARNING);

    private final String text = name().toLowerCase(Locale.ROOT);
    private final Severity severity;

    LintCode(Severity severity) {
        this.severity = severity;
    }

    /** The code as it is written: {@code header_set_twice}. */
    public String text() {
        return text;
    }

    /** The severity. */
    public Severity severity() {
        return severity;
    }
}

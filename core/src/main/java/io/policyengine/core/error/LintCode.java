package io.policyengine.core.error;

import io.policyengine.core.error.Problem.Severity;
import java.util.Locale;

/**
 * The faults of chains that can run. Each has a section in docs/lint.md and is silenced by {@code lint_ignore}. A
 * finding is an error if, by the policies' declarations, part of the chain can never take effect.
 */
public enum LintCode {
    /** An entry needs an identity that no earlier entry provides. */
    NEEDS_IDENTITY(Severity.ERROR),
    /** An entry uses an identity that only a later entry provides. */
    USES_IDENTITY_TOO_EARLY(Severity.WARNING),
    /** Requests pass unauthenticated when authentication fails to run. */
    AUTHENTICATION_FAILS_OPEN(Severity.WARNING),
    /** Preflight requests, which carry no credentials, are denied before the policy that answers them. */
    CORS_AFTER_AUTHENTICATION(Severity.ERROR),
    /** A header is set and then removed unread. */
    HEADER_SET_THEN_REMOVED(Severity.WARNING),
    /** A header is set twice and not read in between. */
    HEADER_SET_TWICE(Severity.WARNING),
    /** An entry comes after a policy that always answers. */
    UNREACHABLE(Severity.ERROR),
    /** A policy that works in both flows of a route is in only one. */
    COUNTERPART_MISSING(Severity.ERROR),
    /** An entry reads the token usage, which Envoy provides with the trailers, before they arrive. */
    TOKEN_USAGE_TOO_EARLY(Severity.ERROR),
    /** A policy that cannot stream delays a whole response. */
    RESPONSE_HELD_BACK(Severity.WARNING),
    /** A worker is called again although another order of the chain would need one call. */
    CALL_COULD_BE_SAVED(Severity.WARNING),
    /** A rerouted request skips the chain of its new route. */
    REROUTE_SKIPS_CHAIN(Severity.WARNING),
    /** A route's name is its position among others, and passes to another route when that changes. */
    INDEX_BASED_ROUTE_NAME(Severity.WARNING),
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

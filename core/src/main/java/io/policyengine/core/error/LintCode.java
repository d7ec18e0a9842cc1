package io.policyengine.core.error;

import java.util.Locale;

/** What may be wrong with chains that can be run. Each has a section in docs/lint.md, and is silenced by {@code lint_ignore}. */
public enum LintCode {
    /** Works with an identity that nothing before it leaves. */
    NEEDS_IDENTITY,
    /** Works with an identity that is left only after it. */
    USES_IDENTITY_TOO_EARLY,
    /** Requests pass unauthenticated when authentication fails to run. */
    AUTHENTICATION_FAILS_OPEN,
    /** Preflight requests, which carry no credentials, do not reach what answers them. */
    CORS_AFTER_AUTHENTICATION,
    /** A header that is set and removed again. */
    HEADER_SET_THEN_REMOVED,
    /** A header that is set and set again. */
    HEADER_SET_TWICE,
    /** Behind a policy that always answers. */
    UNREACHABLE,
    /** One policy that cannot stream makes a whole response wait. */
    RESPONSE_HELD_BACK,
    /** A worker is called again although another order of the chain would need one call. */
    CALL_COULD_BE_SAVED,
    /** The chain of the route that a request comes to does not run. */
    REROUTE_SKIPS_CHAIN,
    /** Nothing is silenced by it. */
    UNUSED_IGNORE;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The code as it is written: {@code header_set_twice}. */
    public String text() {
        return text;
    }
}

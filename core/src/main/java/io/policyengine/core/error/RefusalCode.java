package io.policyengine.core.error;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which the kernel refuses a request before any policy runs. */
public enum RefusalCode implements DenialCode {
    UNKNOWN_ROUTE(
            403,
            "`unknown_route: deny`, and the route has no route policy.",
            "Write a route policy, or list the route in `open_routes`."),
    PATH_REFUSED(
            400,
            "Another server may read the path differently.",
            "[Paths](../paths.md): `allow_in_path` of the route, or `path_rules`."),
    REQUEST_REFUSED(
            400,
            "Another server may read the method or the authority differently.",
            "[Paths](../paths.md): usually nothing, since no honest client sends such requests.");

    private final int status;
    private final String when;
    private final String remedy;

    RefusalCode(int status, String when, String remedy) {
        this.status = status;
        this.when = when;
        this.remedy = remedy;
    }

    /** Returns the HTTP status that the client gets. */
    public int status() {
        return status;
    }

    /** Returns the cause, in Markdown. */
    public String when() {
        return when;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

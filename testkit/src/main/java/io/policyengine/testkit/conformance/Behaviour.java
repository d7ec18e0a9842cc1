package io.policyengine.testkit.conformance;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A behaviour that a server under test must be configured for, since the protocol cannot request it. A server may
 * select the behaviour by the {@link #route}.
 */
public enum Behaviour {
    ANY("anything: the case applies to every server"),
    ECHO("lets everything pass unchanged"),
    SET_HEADERS("sets x-conformance to 'request' or 'response', adds x-added: two, removes x-removed"),
    REWRITE_PATH("sets :path to /rewritten and clears the route cache"),
    REWRITE_AUTHORITY("sets :authority to rewritten.example"),
    DENY("answers requests with 403, body 'denied', and x-conformance: denied"),
    DENY_BINARY("answers requests with 403 and the body 00 ff 80 0a"),
    DENY_RESPONSE("turns responses into 502, body 'denied'"),
    DENY_BODY("reads whole bodies, and denies those that contain 'forbidden': 403, body 'denied'"),
    DENY_CHUNK("reads request bodies chunk by chunk, and denies at one that contains 'forbidden': 403, body 'denied'"),
    END_CHUNKS("ends a body before the chunk that contains 'stop', and drops the rest"),
    UPPER_WHOLE("reads whole bodies, and converts them to upper case"),
    UPPER_CHUNKS("converts bodies to upper case, chunk by chunk"),
    EMPTY_BODY("reads whole bodies and removes them"),
    DROP_CHUNKS("removes from bodies the chunks that contain 'secret'"),
    REPLACE_REQUEST("in its answer to request headers, turns the request into a POST with the body 'replaced'"),
    REPLACE_RESPONSE("in its answer to response headers, gives the response the body 'replaced'"),
    METADATA("writes user: bob to the dynamic metadata of namespace 'conformance'"),
    MANY_HEADERS("has a rule that sets 101 header fields of a request, and refuses to send them"),
    SLOW("answers request headers after 600 ms, and may extend Envoy's timeout up to 5 s"),
    HANG("waits for an event that never happens, and gives up within 2 s, before Envoy does"),
    FAIL_CHUNK("fails at the chunk of a body that contains 'fail'"),
    SET_TRAILERS("sets the trailer x-conformance to 'response'");

    private final String description;

    Behaviour(String description) {
        this.description = description;
    }

    /** Returns the name of the behaviour on the command line and in data files, such as {@code set-headers}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String description() {
        return description;
    }

    /** Returns the {@code xds.route_name} that selects this behaviour; {@code ANY} shares the route of {@code ECHO}. */
    public String route() {
        return "conformance-" + (this == ANY ? ECHO : this).id();
    }

    /** Returns the behaviour with this {@link #id}. */
    public static Optional<Behaviour> of(String id) {
        return Arrays.stream(values()).filter(one -> one.id().equals(id)).findFirst();
    }
}

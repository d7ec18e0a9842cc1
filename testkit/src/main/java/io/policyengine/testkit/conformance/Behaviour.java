package io.policyengine.testkit.conformance;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The behaviour of a server under test in every exchange of a case: it is configured, since the protocol has no way to ask.
 * A server that chooses by the route does it on the route that {@link #route} names.
 */
public enum Behaviour {
    /** Anything: what must hold holds for every server. */
    ANY("anything: the case holds for every server"),
    /** Passes everything unchanged. */
    ECHO("lets everything pass unchanged"),
    /** Changes header fields of both directions. */
    SET_HEADERS("sets x-conformance to 'request' or 'response', adds x-added: two, removes x-removed"),
    /** Rewrites the path. */
    REWRITE_PATH("sets :path to /rewritten and lets the route be chosen anew"),
    /** Rewrites the authority. */
    REWRITE_AUTHORITY("sets :authority to rewritten.example"),
    /** Denies requests on their headers. */
    DENY("answers requests with 403, body 'denied', and x-conformance: denied"),
    /** Denies requests with octets that are no text. */
    DENY_BINARY("answers requests with 403 and the body 00 ff 80 0a"),
    /** Answers in place of the upstream, on its headers. */
    DENY_RESPONSE("turns responses into 502, body 'denied'"),
    /** Denies on the whole body. */
    DENY_BODY("reads whole bodies and denies those with 'forbidden': 403, body 'denied'"),
    /** Denies on a chunk of the request body. */
    DENY_CHUNK("reads request bodies chunk by chunk and denies at 'forbidden': 403, body 'denied'"),
    /** Ends a body early. */
    END_CHUNKS("ends a body in front of the chunk that holds 'stop'"),
    /** Replaces whole bodies. */
    UPPER_WHOLE("reads whole bodies and writes them in capitals"),
    /** Replaces chunks of bodies. */
    UPPER_CHUNKS("writes bodies in capitals, chunk by chunk"),
    /** Removes whole bodies. */
    EMPTY_BODY("reads whole bodies and removes them"),
    /** Removes chunks of bodies. */
    DROP_CHUNKS("removes the chunks of bodies that hold 'secret'"),
    /** Replaces requests on their headers. */
    REPLACE_REQUEST("turns requests into POST with the body 'replaced', on their headers"),
    /** Replaces responses on their headers. */
    REPLACE_RESPONSE("gives responses the body 'replaced', on their headers"),
    /** Writes dynamic metadata. */
    METADATA("writes user: bob to the dynamic metadata of namespace 'conformance'"),
    /** Tries more than Envoy takes. */
    MANY_HEADERS("has a rule that sets 101 header fields of a request, and refuses to send them"),
    /** Takes its time, and asks for it. */
    SLOW("takes 600 ms for request headers, and knows that Envoy lets it ask for up to 5 s"),
    /** Waits for something that never comes. */
    HANG("waits for something that never comes, and gives up before Envoy does, within 2 s"),
    /** Fails in the middle of a body. */
    FAIL_CHUNK("fails on the chunk of a body that holds 'fail'"),
    /** Changes trailers. */
    SET_TRAILERS("sets the trailer x-conformance to 'response'");

    private final String description;

    Behaviour(String description) {
        this.description = description;
    }

    /** The name on the command line and in data files, such as {@code set-headers}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The behaviour in words. */
    public String description() {
        return description;
    }

    /** The route of {@code xds.route_name} on which a server that chooses by route behaves so; {@code any} is on {@code echo}'s. */
    public String route() {
        return "conformance-" + (this == ANY ? ECHO : this).id();
    }

    /** The behaviour of that name. */
    public static Optional<Behaviour> of(String id) {
        return Arrays.stream(values()).filter(one -> one.id().equals(id)).findFirst();
    }
}

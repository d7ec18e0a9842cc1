package io.policyengine.admin.flight;

import org.jspecify.annotations.Nullable;

/**
 * The values by which a search finds a record. They are at the beginning of the encoded record, so that a search need
 * not decode the rest.
 *
 * @param route Envoy's name of the route
 * @param routePolicy the route policy as written in the configuration; empty without one
 * @param path the path without its query
 * @param client the client's address; empty if unknown
 * @param generation the generation in which the exchange ran
 * @param code the exact code of the denial or of the engine's error, or null
 */
record RecordKey(
        String requestId,
        String route,
        String routePolicy,
        String path,
        String client,
        long generation,
        @Nullable String code) {
    static RecordKey read(ByteReader in) {
        return new RecordKey(in.text(), in.text(), in.text(), in.text(), in.text(), in.number(), in.textOrNull());
    }
}

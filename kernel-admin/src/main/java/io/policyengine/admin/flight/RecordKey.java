package io.policyengine.admin.flight;

import org.jspecify.annotations.Nullable;

/**
 * The values of a record by which it is found. They are the beginning of the encoded record, so that a search does not
 * decode the rest.
 *
 * @param route as Envoy names it
 * @param routePolicy as written in the configuration; empty without a route policy
 * @param path without its query
 * @param client its address, or empty
 * @param generation in which the exchange ran
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

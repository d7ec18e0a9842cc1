package io.policyengine.admin.api;

import io.vertx.core.MultiMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that proxies add when they forward a request: {@code Forwarded} (RFC 7239), {@code Via} (RFC 9110
 * §7.6.3), and the fields of common proxies.
 */
final class ForwardingFields {
    private static final Set<String> NAMES = Set.of(
            "forwarded",
            "via",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-original-forwarded-for",
            "x-original-host",
            "x-original-uri",
            "true-client-ip",
            "cf-connecting-ip",
            "fastly-client-ip");

    private static final String FORWARDED = "x-forwarded-";
    private static final String ENVOY = "x-envoy-";

    private ForwardingFields() {}

    /**
     * Returns the name of the first field that a proxy added, or null if there is none. The result is a known name, or
     * a known prefix with {@code *}, never the spelling in the request.
     */
    static @Nullable String firstIn(MultiMap headers) {
        for (Map.Entry<String, String> field : headers) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            if (NAMES.contains(name)) {
                return name;
            }
            if (name.startsWith(FORWARDED)) {
                return FORWARDED + "*";
            }
            if (name.startsWith(ENVOY)) {
                return ENVOY + "*";
            }
        }
        return null;
    }
}

package io.policyengine.policies.traffic.cache.entry;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.shared.digest.KeyDigest;
import io.policyengine.policies.traffic.cache.rules.Vary;
import java.util.List;

/**
 * Identifies a variant of a resource: the response for certain values of the fields in Vary.
 *
 * @param names names of these fields in lower case, sorted
 * @param id a digest of names and values; empty without names
 */
public record Variant(List<String> names, String id) {
    /** The variant of a resource without Vary. */
    public static final Variant ONLY = new Variant(List.of(), "");

    /** Returns the variant for this request. */
    public static Variant of(List<String> names, HeaderMap request) {
        if (names.isEmpty()) {
            return ONLY;
        }
        KeyDigest digest = new KeyDigest();
        names.forEach(digest::add);
        Vary.values(names, request).forEach(digest::add);
        return new Variant(names, digest.text());
    }

    String joined() {
        return String.join(",", names);
    }

    static List<String> split(String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(",", -1));
    }
}

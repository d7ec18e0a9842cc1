package io.policyengine.policies.traffic.cache.rules;

import io.policyengine.core.http.FieldRules;
import io.policyengine.core.http.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads Vary: the request fields that affect which response a request gets (RFC 9110 §12.5.5). */
public final class Vary {
    /** The field that is ignored in Vary, since the cache requests responses without a content coding. */
    private static final String ENCODING = "accept-encoding";

    private Vary() {}

    /**
     * Returns the field names in Vary, in lower case and sorted; null if Vary has an asterisk, an invalid name, or too
     * many names.
     */
    public static @Nullable List<String> namesIn(HeaderMap headers) {
        TreeSet<String> names = new TreeSet<>();
        for (String value : headers.getAll("vary")) {
            for (String part : value.split(",", -1)) {
                String name = HeaderMap.lowerCase(part.strip());
                if (name.isEmpty() || name.equals(ENCODING)) {
                    continue;
                }
                if (name.equals("*") || !FieldRules.isToken(name) || names.size() == Storability.MAX_VARY) {
                    return null;
                }
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    /** Returns the values of these fields in a request, joined per field. */
    public static List<String> values(List<String> names, HeaderMap request) {
        List<String> values = new ArrayList<>(names.size());
        for (String name : names) {
            List<String> all = request.getAll(name);
            values.add(all.isEmpty() ? "-" : "+" + String.join(",", all).strip());
        }
        return values;
    }
}

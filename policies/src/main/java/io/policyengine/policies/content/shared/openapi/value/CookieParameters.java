package io.policyengine.policies.content.shared.openapi.value;

import io.policyengine.core.http.HeaderMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads cookies (RFC 6265 §4.2.1) from all {@code Cookie} fields. */
public final class CookieParameters {
    private CookieParameters() {}

    /** Returns the cookies by name. */
    public static QueryPairs of(HeaderMap headers) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String field : headers.getAll("cookie")) {
            for (String pair : StyledText.split(field, ";")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    values.computeIfAbsent(pair.substring(0, equals).strip(), _ -> new ArrayList<>(1))
                            .add(value(pair.substring(equals + 1).strip()));
                }
            }
        }
        return new QueryPairs(values, false);
    }

    /** Removes quotation marks from a value. Encodes its plus signs, which would otherwise be decoded as spaces. */
    private static String value(String text) {
        boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return (isQuoted ? text.substring(1, text.length() - 1) : text).replace("+", "%2B");
    }
}

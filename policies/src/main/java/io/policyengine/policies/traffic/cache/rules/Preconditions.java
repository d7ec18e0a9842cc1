package io.policyengine.policies.traffic.cache.rules;

import io.policyengine.core.http.HeaderMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates a request's preconditions against a stored response (RFC 9111 §4.3.2, RFC 9110 §13). */
public final class Preconditions {
    private Preconditions() {}

    /** Returns whether the request has a precondition that only the upstream may evaluate. */
    public static boolean areForUpstream(HeaderMap request) {
        return request.contains("if-match") || request.contains("if-unmodified-since");
    }

    /**
     * Returns whether the request is conditional: the client wants the response only if it differs from the client's
     * copy.
     */
    public static boolean areIn(HeaderMap request) {
        return request.contains("if-none-match") || request.contains("if-modified-since");
    }

    /** Returns whether the client's copy is current, so that a 304 is enough. */
    public static boolean notModified(HeaderMap request, HeaderMap answer) {
        List<String> tags = request.getAll("if-none-match");
        if (!tags.isEmpty()) {
            String own = answer.get("etag");
            return tags.stream().anyMatch(value -> isStar(value) || (own != null && lists(value, opaque(own))));
        }
        long since = HttpDate.of(request, "if-modified-since");
        long modified = HttpDate.of(answer, "last-modified");
        return since >= 0 && modified >= 0 && modified <= since;
    }

    private static boolean isStar(String value) {
        return value.strip().equals("*");
    }

    /** Returns whether a field value lists this entity tag, by weak comparison (RFC 9110 §8.8.3.2). */
    private static boolean lists(String value, String opaque) {
        int from = value.indexOf('"');
        while (from >= 0) {
            int end = value.indexOf('"', from + 1);
            if (end < 0) {
                return false;
            }
            if (value.substring(from, end + 1).equals(opaque)) {
                return true;
            }
            from = value.indexOf('"', end + 1);
        }
        return false;
    }

    private static String opaque(String tag) {
        String stripped = tag.strip();
        return stripped.startsWith("W/") ? stripped.substring(2) : stripped;
    }

    /**
     * Returns whether the requested range applies to a stored response: If-Range is absent or matches the response (RFC
     * 9110 §13.1.5).
     */
    public static boolean isRangeOf(HeaderMap request, HeaderMap answer) {
        @Nullable String condition = request.get("if-range");
        if (condition == null) {
            return true;
        }
        String stripped = condition.strip();
        if (stripped.startsWith("\"")) {
            String own = answer.get("etag");
            return own != null && stripped.equals(own.strip());
        }
        long date = HttpDate.of(request, "if-range");
        long modified = HttpDate.of(answer, "last-modified");
        long made = HttpDate.of(answer, "date");
        // A date is a strong validator only if the response is at least a second newer (RFC 9110 §8.8.2.2).
        return date >= 0 && date == modified && made - modified >= 1000;
    }
}

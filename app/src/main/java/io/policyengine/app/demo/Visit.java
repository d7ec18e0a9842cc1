package io.policyengine.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One stop of the tour.
 *
 * @param title what is special about it, for people
 * @param headers that the client sends
 * @param times how often the request is sent; the last outcome counts
 * @param decidedBy the chain entry that answers, {@code kernel}, or {@code upstream}
 */
record Visit(
        String title,
        String path,
        Map<String, String> headers,
        int times,
        int status,
        String decidedBy,
        List<Expectation> expectations) {

    /**
     * The answer to a visit.
     *
     * @param headers of the response, by lower-case name
     * @param upstreamHeaders that the upstream received, by lower-case name; empty if it was not asked
     */
    record Outcome(int status, String decidedBy, Map<String, String> headers, Map<String, String> upstreamHeaders) {}

    /**
     * A header field that is there, or is not.
     *
     * @param value what it begins with; null: it is absent
     */
    record Expectation(
            boolean atUpstream, String name, @Nullable String value) {
        static Expectation response(String name, String value) {
            return new Expectation(false, name, value);
        }

        static Expectation upstream(String name, String value) {
            return new Expectation(true, name, value);
        }

        static Expectation upstreamWithout(String name) {
            return new Expectation(true, name, null);
        }

        boolean isMet(Outcome outcome) {
            Map<String, String> side = atUpstream ? outcome.upstreamHeaders() : outcome.headers();
            String found = side.get(name.toLowerCase(Locale.ROOT));
            return value == null ? found == null : found != null && found.startsWith(value);
        }

        String describe(Outcome outcome) {
            Map<String, String> side = atUpstream ? outcome.upstreamHeaders() : outcome.headers();
            String found = side.get(name.toLowerCase(Locale.ROOT));
            return (atUpstream ? "upstream sees " : "client gets ")
                    + (found == null ? "no " + name : name + ": " + found)
                    + (isMet(outcome) ? "" : "   <- expected " + (value == null ? "none" : value));
        }
    }

    /** The differences from what was expected; empty if there are none. */
    List<String> differences(Outcome outcome) {
        List<String> differences = new ArrayList<>();
        if (outcome.status() != status) {
            differences.add("status " + outcome.status() + " instead of " + status);
        }
        if (!outcome.decidedBy().equals(decidedBy)) {
            differences.add("decided by " + outcome.decidedBy() + " instead of " + decidedBy);
        }
        expectations.stream()
                .filter(expectation -> !expectation.isMet(outcome))
                .map(expectation -> expectation.describe(outcome))
                .forEach(differences::add);
        return differences;
    }
}

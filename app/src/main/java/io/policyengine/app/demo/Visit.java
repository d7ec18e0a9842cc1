package io.policyengine.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A stop of the tour.
 *
 * @param title its purpose, for users
 * @param headers that the client sends
 * @param body that the client sends; null: none
 * @param times how often the request is sent; the last outcome counts
 */
record Visit(
        String title,
        String method,
        String path,
        Map<String, String> headers,
        @Nullable String body,
        int times,
        Check check) {
    /**
     * The check of the last outcome.
     *
     * @param decidedBy the chain entry that answers, {@code kernel}, or {@code upstream}; null: not checked
     */
    record Check(int status, @Nullable String decidedBy, List<Expectation> expectations) {}

    /** A request without a body. */
    static Visit get(
            String title,
            String path,
            Map<String, String> headers,
            int times,
            int status,
            String decidedBy,
            List<Expectation> expectations) {
        return new Visit(title, "GET", path, headers, null, times, new Check(status, decidedBy, expectations));
    }

    /**
     * The response to a visit.
     *
     * @param headers of the response, by lower-case name
     * @param lines of the response's body, in order
     * @param upstream the request as the upstream received it; null if it received none
     * @param lastSent time at which the upstream sent the end of its response, by {@link System#nanoTime}
     */
    record Outcome(
            int status,
            String decidedBy,
            Map<String, String> headers,
            List<Line> lines,
            DemoUpstream.@Nullable Received upstream,
            long lastSent) {

        /**
         * A line that the client got.
         *
         * @param nanos when, of {@link System#nanoTime}
         */
        record Line(String text, long nanos) {}

        /** The header fields on this side, by lower-case name. */
        Map<String, String> headers(Expectation.Side side) {
            return switch (side) {
                case CLIENT -> headers;
                case UPSTREAM -> upstream == null ? Map.of() : upstream.headers();
            };
        }

        /** The content on this side. */
        String body(Expectation.Side side) {
            return switch (side) {
                case CLIENT -> lines.stream().map(Line::text).collect(Collectors.joining("\n"));
                case UPSTREAM -> upstream == null ? "" : upstream.body();
            };
        }
    }

    /** Returns the differences from the expected outcome; empty if there are none. */
    List<String> differences(Outcome outcome) {
        List<String> differences = new ArrayList<>();
        if (outcome.status() != check.status()) {
            differences.add("status " + outcome.status() + " instead of " + check.status());
        }
        if (check.decidedBy() != null && !outcome.decidedBy().equals(check.decidedBy())) {
            differences.add("decided by " + outcome.decidedBy() + " instead of " + check.decidedBy());
        }
        check.expectations().stream()
                .filter(expectation -> !expectation.isMet(outcome))
                .map(expectation -> expectation.describe(outcome))
                .forEach(differences::add);
        return differences;
    }

    /** The command by which a person sends the same. */
    String curl(String base) {
        StringBuilder command = new StringBuilder("curl -iN");
        if (!method.equals("GET")) {
            command.append(" -X ").append(method);
        }
        headers.forEach((name, value) -> command.append(" -H ").append(quoted(name + ": " + value)));
        if (body != null) {
            command.append(" -d ").append(quoted(body.strip()));
        }
        return command.append(' ').append(quoted(base + path)).toString();
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}

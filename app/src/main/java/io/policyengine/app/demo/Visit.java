package io.policyengine.app.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request of a scene and its expected outcome.
 *
 * @param title its purpose, for users
 * @param headers that the client sends
 * @param body that the client sends, or null
 * @param times number of times the request is sent; only the last outcome is checked
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
     * The expectations of the last outcome.
     *
     * @param decidedBy the chain entry that answers, {@code kernel}, or {@code upstream}; null: not checked
     */
    record Check(int status, @Nullable String decidedBy, List<Expectation> expectations) {}

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
     * The outcome of a request.
     *
     * @param headers of the response, by lower-case name
     * @param lines of the response's body, in order
     * @param upstream the request as the upstream received it, or null
     * @param lastSent {@link System#nanoTime} at which the upstream sent the end of its response
     */
    record Outcome(
            int status,
            String decidedBy,
            Map<String, String> headers,
            List<Line> lines,
            DemoUpstream.@Nullable Received upstream,
            long lastSent) {

        /** A line of the response's body and the {@link System#nanoTime} of its arrival. */
        record Line(String text, long nanos) {}

        Map<String, String> headers(Expectation.Side side) {
            return switch (side) {
                case CLIENT -> headers;
                case UPSTREAM -> upstream == null ? Map.of() : upstream.headers();
            };
        }

        String body(Expectation.Side side) {
            return switch (side) {
                case CLIENT -> lines.stream().map(Line::text).collect(Collectors.joining("\n"));
                case UPSTREAM -> upstream == null ? "" : upstream.body();
            };
        }
    }

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

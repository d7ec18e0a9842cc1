package io.policyengine.app.explain;

import io.policyengine.app.admin.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Prints a report on an exchange for an operator: the request, the entry that decided, its reason and configuration,
 * and the duration of each step.
 */
final class ExchangeText {
    private static final int LABEL = 10;
    private static final double MICRO_IN_MILLIS = 0.001;

    private final PrintWriter out;

    ExchangeText(PrintWriter out) {
        this.out = out;
    }

    void print(JsonNode exchange) {
        out.println(headline(exchange));
        out.println();
        who(exchange);
        chosen(exchange.path("chosen"));
        times(exchange);
        out.println();
        messages(exchange.path("messages"));
        for (JsonNode call : exchange.path("calls")) {
            call(call);
        }
        more(exchange);
        out.flush();
    }

    void list(JsonNode exchanges) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode exchange : exchanges) {
            rows.add(row(exchange));
        }
        rows.addFirst(List.of("ARRIVED", "STATUS", "OUTCOME", "BY", "CODE OR REASON", "ENGINE", "ROUTE", "REQUEST ID"));
        Columns.print(out, rows);
        out.flush();
    }

    /** Prints what an entry in shadow mode would have denied. */
    void listShadow(JsonNode denials) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("TIME", "STATUS", "CODE OR REASON", "PHASE", "CLIENT", "REQUEST", "ROUTE", "REQUEST ID"));
        for (JsonNode denial : denials) {
            int status = denial.path("status").asInt();
            rows.add(List.of(
                    text(denial, "time"),
                    status == 0 ? "-" : String.valueOf(status),
                    orDash(why(denial)),
                    text(denial, "phase"),
                    orDash(text(denial, "client")),
                    text(denial, "method") + " " + text(denial, "path"),
                    text(denial, "route"),
                    text(denial, "request_id")));
        }
        Columns.print(out, rows);
        out.flush();
    }

    void line(JsonNode exchange) {
        out.println(String.join("  ", row(exchange)));
        out.flush();
    }

    private static List<String> row(JsonNode exchange) {
        JsonNode end = exchange.path("end");
        int status = end.path("status").asInt();
        return List.of(
                text(exchange, "arrived"),
                status == 0 ? "-" : String.valueOf(status),
                text(end, "outcome"),
                orDash(text(end, "decided_by")),
                orDash(why(end)),
                millis(end.path("held_ms")),
                orDash(text(exchange.path("chosen"), "route")),
                text(exchange, "request_id"));
    }

    /** Returns the code, with the rule that denied if there is one. */
    private static String code(JsonNode of) {
        String code = text(of, "code");
        String rule = text(of, "rule");
        return code.isEmpty() || rule.isEmpty() ? code : code + ":" + rule;
    }

    private static String why(JsonNode end) {
        String code = code(end);
        return code.isEmpty() ? text(end, "reason") : code;
    }

    /** Returns the code and the reason of a denial. */
    private static String exactly(JsonNode end) {
        String code = code(end);
        String reason = text(end, "reason");
        return code.isEmpty() ? reason : reason.isEmpty() ? code : code + " (" + reason + ")";
    }

    private static String headline(JsonNode exchange) {
        JsonNode end = exchange.path("end");
        int status = end.path("status").asInt();
        String what = (text(exchange, "method") + " " + text(exchange, "authority") + text(exchange, "path")).strip();
        return (what.isEmpty() ? "A request whose headers Envoy did not send" : what)
                + (status == 0 ? "" : ": " + status) + ", " + ended(exchange, end);
    }

    private static String ended(JsonNode exchange, JsonNode end) {
        String by = text(end, "decided_by");
        String failure = text(end, "failure");
        return switch (text(end, "outcome")) {
            case "denied" -> "denied by " + decider(exchange, by) + because(exactly(end));
            case "failed", "overloaded" ->
                text(end, "code")
                        + (by.isEmpty() ? "" : " at " + decider(exchange, by))
                        + because(cause(exchange, failure));
            case "protocol_error" -> "broken off: " + failure;
            case "unknown_route" -> "passed: no route policy matches its route";
            case "cancelled" -> "cancelled by the client or Envoy before the engine answered";
            case "observed" -> "only watched";
            default -> passed(end);
        };
    }

    private static String passed(JsonNode end) {
        if (end.path("status").asInt() == 0) {
            return "passed; Envoy did not send the response to the engine, which does not need it";
        }
        String code = text(end, "code");
        return code.isEmpty() ? "passed" : "passed, but a policy refused the response: " + code;
    }

    /**
     * Returns the failure of the call or entry that ended the chain; if there is none, returns the less specific
     * {@code otherwise}.
     */
    private static String cause(JsonNode exchange, String otherwise) {
        for (JsonNode call : exchange.path("calls")) {
            if (text(call, "on_failure").equals("deny")) {
                return text(call, "failure");
            }
            for (JsonNode entry : call.path("entries")) {
                if (text(entry, "verdict").equals("failed")
                        && text(entry, "on_failure").equals("deny")) {
                    return text(entry, "reason");
                }
            }
        }
        return otherwise;
    }

    private static String decider(JsonNode exchange, String by) {
        if (by.equals("kernel")) {
            return "the engine itself";
        }
        for (JsonNode call : exchange.path("calls")) {
            for (JsonNode entry : call.path("entries")) {
                if (text(entry, "name").equals(by)) {
                    String policy = text(entry, "policy");
                    String location = text(entry, "location");
                    return "'" + by + "'" + (policy.equals(by) ? "" : " (" + policy + ")")
                            + (location.isEmpty() ? "" : " at " + location);
                }
            }
        }
        return "'" + by + "'";
    }

    private static String because(String why) {
        return why.isEmpty() ? "" : ": " + why;
    }

    private void who(JsonNode exchange) {
        label(
                "request",
                text(exchange, "request_id") + ", " + text(exchange, "arrived")
                        + (text(exchange, "client").isEmpty() ? "" : ", from " + text(exchange, "client"))
                        + ", kept as " + text(exchange, "kept"));
    }

    private void chosen(JsonNode chosen) {
        String route = text(chosen, "route");
        String policy = text(chosen, "route_policy");
        String how = switch (text(chosen, "matched")) {
            case "exact" -> "by its name";
            case "prefix" -> "by the longest prefix";
            case "pattern" -> "by the first pattern that fits";
            case "any" -> "since no other matches";
            default -> "";
        };
        String location = text(chosen, "location");
        label(
                "route",
                (route.isEmpty() ? "Envoy named none" : "'" + route + "'")
                        + (policy.isEmpty()
                                ? ": no route policy matches it"
                                : ": route policy '" + policy + "', " + how
                                        + (location.isEmpty() ? "" : ", at " + location)));
        label(
                "generation",
                chosen.path("generation").asString("")
                        + (chosen.path("in_force").asBoolean() ? "" : ", which is no longer in force")
                        + (policy.isEmpty() || !location.isEmpty() ? "" : ", and whose files are no longer kept"));
        for (JsonNode override : chosen.path("overrides")) {
            label("override", override.asString(""));
        }
    }

    private void times(JsonNode exchange) {
        JsonNode end = exchange.path("end");
        label(
                "time",
                "Envoy waited " + millis(end.path("held_ms")) + " for the engine; the exchange took "
                        + millis(end.path("took_ms")));
    }

    private void messages(JsonNode messages) {
        if (messages.isEmpty()) {
            return;
        }
        out.println("Envoy and the engine");
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode message : messages) {
            boolean sent = text(message, "by").equals("envoy");
            int count = message.path("count").asInt();
            rows.add(List.of(
                    "",
                    millis(message.path("first_ms")),
                    sent ? "sent" : "was answered",
                    text(message, "kind")
                            + (count > 1 ? " ×" + count + " until " + millis(message.path("last_ms")) : ""),
                    sent ? message.path("bytes").asString("") + " bytes" : ""));
        }
        Columns.print(out, rows);
        out.println();
    }

    private void call(JsonNode call) {
        String replica = text(call, "replica");
        StringBuilder title = new StringBuilder(text(call, "part").replace('_', ' '))
                .append(": worker '")
                .append(text(call, "worker"))
                .append('\'');
        title.append(replica.isEmpty() ? ", no replica could be called" : " at " + replica);
        int attempts = call.path("attempts").asInt();
        if (attempts > 1) {
            title.append(", after ").append(attempts - 1).append(" other attempts");
        }
        if (call.path("shadow").asBoolean()) {
            title.append(", in shadow mode");
        }
        title.append(", at ").append(millis(call.path("began_ms")));
        title.append(
                call.path("took_ms").isNumber()
                        ? " for " + millis(call.path("took_ms")) + ": " + text(call, "status")
                        : ": the exchange ended before it did");
        out.println(title);
        if (!text(call, "failure").isEmpty()) {
            out.println("    failed: " + text(call, "failure") + "; then: " + action(call));
        }
        if (call.path("chunks").asInt() > 0) {
            out.println("    body: " + call.path("chunks").asInt() + " chunks in " + millis(call.path("chunks_ms"))
                    + (call.path("body_changed").asBoolean() ? ", changed" : ""));
        }
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode entry : call.path("entries")) {
            rows.add(entry(entry));
        }
        Columns.print(out, rows);
        out.println();
    }

    private static List<String> entry(JsonNode entry) {
        String verdict = text(entry, "verdict");
        int status = entry.path("status").asInt();
        String name = text(entry, "name");
        String policy = text(entry, "policy");
        List<String> said = new ArrayList<>();
        if (status > 0) {
            said.add(String.valueOf(status));
        }
        if (!code(entry).isEmpty()) {
            said.add(code(entry));
        }
        if (!text(entry, "reason").isEmpty()) {
            said.add(text(entry, "reason"));
        }
        if (verdict.equals("failed")) {
            said.add("then: " + action(entry));
        }
        changes(entry).forEach(said::add);
        if (entry.path("chunks").asInt() > 0) {
            said.add(entry.path("chunks").asInt() + " chunks in " + millis(entry.path("chunks_ms")));
        }
        return List.of(
                "",
                name.equals(policy) ? name : name + " (" + policy + ")",
                verdict.replace('_', ' '),
                entry.path("took_ms").isNumber() ? millis(entry.path("took_ms")) : "",
                String.join(", ", said),
                text(entry, "location"));
    }

    private static Stream<String> changes(JsonNode entry) {
        List<String> changes = new ArrayList<>();
        for (JsonNode change : entry.path("changes")) {
            String named = text(change, "name");
            changes.add((change(text(change, "kind")) + " " + named).strip());
        }
        int more = entry.path("more_changes").asInt();
        if (more > 0) {
            changes.add(more + " more changes");
        }
        return changes.stream();
    }

    private static String change(String kind) {
        return switch (kind) {
            case "set_field" -> "sets";
            case "append_field" -> "adds to";
            case "remove_field" -> "removes";
            case "set_response_field" -> "leaves for the response";
            case "set_query_param" -> "sets the query parameter";
            case "remove_query_param" -> "removes the query parameter";
            case "set_metadata" -> "notes";
            default -> "changes the " + kind;
        };
    }

    private static String action(JsonNode failed) {
        return switch (text(failed, "on_failure")) {
            case "continue" -> "the chain went on";
            case "skip_remaining" -> "the chain of this phase ended";
            default -> "an error for the client";
        };
    }

    private void more(JsonNode exchange) {
        int calls = exchange.path("more_calls").asInt();
        int entries = exchange.path("more_entries").asInt();
        if (calls > 0 || entries > 0) {
            out.println("and " + calls + " calls and " + entries + " entries that are not shown");
        }
    }

    private void label(String name, String text) {
        out.println("  " + name + " ".repeat(Math.max(1, LABEL + 2 - name.length())) + Printable.of(text));
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String text(JsonNode of, String name) {
        return Printable.of(of.path(name).asString(""));
    }

    private static String millis(JsonNode value) {
        double millis = value.asDouble();
        String format = millis < MICRO_IN_MILLIS * 10_000 ? "%.3f ms" : millis < 1000 ? "%.1f ms" : "%.0f ms";
        return String.format(Locale.ROOT, format, millis);
    }
}

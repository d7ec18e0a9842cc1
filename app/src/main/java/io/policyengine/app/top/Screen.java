package io.policyengine.app.top;

import io.policyengine.app.admin.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Lays out a screen: problems first, then the workers, policies and routes that fit. */
final class Screen {
    /** Maximum number of problems, overrides and notes that the screen lists. Others are only counted. */
    private static final int MAX_WARNINGS = 4;

    private static final int NUMBER = 10;
    private static final int STATE = 9;
    private static final int MIN_NAME = 12;

    private final String address;
    private final String time;
    private final int width;
    private final int height;
    private final List<Line> lines = new ArrayList<>();

    enum Style {
        PLAIN,
        HEAD,
        WARNING,
        ALARM
    }

    /** A line that fits the width of the screen. */
    record Line(Style style, String text) {}

    Screen(String address, String time, int width, int height) {
        this.address = address;
        this.time = time;
        this.width = width;
        this.height = height;
    }

    List<Line> of(Look before, Look now) {
        StatsDelta change = new StatsDelta(before.stats(), now.stats());
        head(change, before, now);
        warnings(now);
        workers(change, now);
        policies(change, now.stats());
        routes(change, now.stats());
        return lines.size() > height ? lines.subList(0, height) : lines;
    }

    private void add(Style style, String text) {
        lines.add(new Line(style, Printable.fitted(text, width).stripTrailing()));
    }

    private void head(StatsDelta change, Look before, Look now) {
        JsonNode stats = now.stats();
        boolean isReady = now.readiness().status() == 200;
        add(
                isReady ? Style.HEAD : Style.ALARM,
                "policy engine  " + address + "  " + time + "  generation "
                        + stats.path("generation").asLong() + "  " + (isReady ? "ready" : "NOT READY"));
        double lag = StatsDelta.quantile(0.99, before.stats().path("loop_lag"), stats.path("loop_lag"));
        add(
                Style.PLAIN,
                "passed " + rate(change.exchanges("passed", "observed")) + "/s  denied "
                        + rate(change.exchanges("denied")) + "/s  failed "
                        + rate(change.exchanges("failed", "overloaded", "protocol_error", "unknown_route"))
                        + "/s  open " + stats.at("/gauges/open_exchanges").asLong() + " of "
                        + stats.at("/gauges/max_exchanges").asLong() + "  loop lag p99 " + duration(lag));
    }

    private void warnings(Look now) {
        List<Line> found = new ArrayList<>();
        now.readiness()
                .body()
                .path("problems")
                .forEach(problem -> found.add(new Line(Style.ALARM, "! " + problem.asString())));
        for (JsonNode override : now.overrides().path("overrides")) {
            if (override.path("state").asString().equals("active")) {
                found.add(new Line(
                        Style.WARNING,
                        "override: " + override.path("kind").asString() + " "
                                + override.path("name").asString() + " is "
                                + override.path("mode").asString() + ": "
                                + override.path("reason").asString()));
            }
        }
        now.readiness()
                .body()
                .path("notes")
                .forEach(note -> found.add(new Line(Style.WARNING, "note: " + note.asString())));
        found.stream().limit(MAX_WARNINGS).forEach(line -> add(line.style(), line.text()));
        if (found.size() > MAX_WARNINGS) {
            add(Style.WARNING, "and " + (found.size() - MAX_WARNINGS) + " more");
        }
    }

    private void workers(StatsDelta change, Look now) {
        table("WORKER", "REPLICAS", "CALLS/S", "DENIED/S", "FAILED/S", "P50", "P99");
        for (JsonNode worker : now.workers().path("workers")) {
            String name = worker.path("name").asString();
            JsonNode is = item(now.stats().path("workers"), name);
            JsonNode was = change.earlier("/workers", name);
            long callable = worker.path("replicas")
                    .valueStream()
                    .filter(replica -> replica.path("callable").asBoolean())
                    .count();
            int all = worker.path("replicas").size();
            row(
                    callable == 0 ? Style.ALARM : callable < all ? Style.WARNING : Style.PLAIN,
                    name,
                    callable + "/" + all,
                    change,
                    was,
                    is,
                    change.all(was, is));
        }
    }

    private void policies(StatsDelta change, JsonNode stats) {
        JsonNode policies = stats.path("policies");
        if (policies.isEmpty()) {
            return;
        }
        table("POLICY", "", "RUNS/S", "DENIED/S", "FAILED/S", "P50", "P99");
        int room = Math.max(3, (height - lines.size()) / 2);
        policies.valueStream()
                .sorted((a, b) -> Double.compare(runs(change, b), runs(change, a)))
                .limit(room)
                .forEach(is -> {
                    JsonNode was = change.earlier("/policies", is.path("name").asString());
                    row(Style.PLAIN, is.path("name").asString(), "", change, was, is, change.all(was, is));
                });
    }

    private static double runs(StatsDelta change, JsonNode policy) {
        return change.all(change.earlier("/policies", policy.path("name").asString()), policy);
    }

    private void routes(StatsDelta change, JsonNode stats) {
        table("ROUTE", "STATE", "EXCH/S", "DENIED/S", "FAILED/S", "P50", "P99");
        for (JsonNode is : stats.at("/routes/items")) {
            JsonNode was = change.earlier("/routes/items", is.path("name").asString());
            String state = is.at("/route/state").asString("");
            row(
                    state.isEmpty() || state.equals("active") ? Style.PLAIN : Style.WARNING,
                    is.path("name").asString(),
                    state,
                    change,
                    was,
                    is,
                    change.exchangesOf(was, is));
        }
    }

    private static JsonNode item(JsonNode list, String name) {
        return list.valueStream()
                .filter(one -> one.path("name").asString().equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private void table(String name, String state, String... numbers) {
        StringBuilder line = new StringBuilder(Printable.fitted(name, nameWidth()))
                .append(' ')
                .append(Printable.fitted(state, STATE));
        for (String number : numbers) {
            line.append(right(number));
        }
        add(Style.PLAIN, "");
        add(Style.HEAD, line.toString());
    }

    /** Adds a row of a table, without numbers if the previous sample has no such row. */
    private void row(Style style, String name, String state, StatsDelta change, JsonNode was, JsonNode is, double all) {
        StringBuilder line = new StringBuilder(Printable.fitted(name, nameWidth()))
                .append(' ')
                .append(Printable.fitted(state, STATE));
        if (was.isMissingNode()) {
            line.repeat(right("-"), 5);
        } else {
            JsonNode durations = is.path("durations");
            JsonNode before = was.path("durations");
            line.append(right(rate(all)))
                    .append(right(rate(change.denied(was, is))))
                    .append(right(rate(change.failed(was, is))))
                    .append(right(duration(StatsDelta.quantile(0.5, before, durations))))
                    .append(right(duration(StatsDelta.quantile(0.99, before, durations))));
        }
        add(style, line.toString());
    }

    private int nameWidth() {
        return Math.max(MIN_NAME, Math.min(50, width - STATE - 1 - 5 * NUMBER));
    }

    private static String right(String text) {
        return " ".repeat(Math.max(1, NUMBER - text.length())) + text;
    }

    private static String rate(double perSecond) {
        return perSecond >= 100 || perSecond == 0
                ? String.format(Locale.ROOT, "%.0f", perSecond)
                : String.format(Locale.ROOT, perSecond >= 1 ? "%.1f" : "%.2f", perSecond);
    }

    private static String duration(double millis) {
        if (Double.isNaN(millis)) {
            return "-";
        }
        if (millis >= 1000) {
            return String.format(Locale.ROOT, "%.2f s", millis / 1000);
        }
        return millis >= 1
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : String.format(Locale.ROOT, "%.0f us", millis * 1000);
    }
}

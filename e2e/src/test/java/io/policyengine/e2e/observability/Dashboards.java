package io.policyengine.e2e.observability;

import io.policyengine.e2e.harness.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboards for Grafana and the alert rules for Prometheus that are shipped. */
final class Dashboards {
    private static final Path FOLDER = Installation.home().resolve("docker/observability");
    private static final JsonMapper JSON = new JsonMapper();

    /** Grafana's variables of time, as a test that takes seconds wants them; all others stand for everything. */
    private static final Map<String, String> VARIABLES = Map.of("$__rate_interval", "1m", "$__range", "1m");

    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), \\w+\\)");

    private Dashboards() {}

    /** The file of the alert rules. */
    static Path rules() {
        return FOLDER.resolve("alerts.yaml");
    }

    /** All expressions of all dashboards, each with the place that it stands at. */
    static Map<String, String> expressions() {
        Map<String, String> expressions = new TreeMap<>();
        for (String name : List.of("traffic", "inside")) {
            JsonNode board = read(FOLDER.resolve("dashboards").resolve(name + ".json"));
            List<JsonNode> places = new ArrayList<>();
            board.path("panels").forEach(places::add);
            for (JsonNode panel : places) {
                for (JsonNode target : panel.path("targets")) {
                    String place = name + ": " + panel.path("title").stringValue() + ", "
                            + target.path("refId").stringValue();
                    expressions.put(place, substituted(target.path("expr").stringValue()));
                }
            }
            for (JsonNode annotation : board.path("annotations").path("list")) {
                expressions.put(
                        name + ": annotation " + annotation.path("name").stringValue(),
                        substituted(annotation.path("expr").stringValue()));
            }
            for (JsonNode variable : board.path("templating").path("list")) {
                Matcher values =
                        LABEL_VALUES.matcher(variable.path("definition").asString(""));
                if (values.matches()) {
                    expressions.put(
                            name + ": variable " + variable.path("name").stringValue(), substituted(values.group(1)));
                }
            }
        }
        return expressions;
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String substituted(String expression) {
        return VARIABLE.matcher(expression)
                .replaceAll(found -> Matcher.quoteReplacement(VARIABLES.getOrDefault(found.group(), ".*")));
    }
}

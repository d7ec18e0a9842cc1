package io.policyengine.app.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.process.ProcessMetric;
import io.policyengine.core.metrics.ConfigMetric;
import io.policyengine.core.metrics.EngineMetric;
import io.policyengine.core.metrics.KernelMetric;
import io.policyengine.core.metrics.Label;
import io.policyengine.core.metrics.Metric;
import io.policyengine.core.metrics.MetricType;
import io.policyengine.core.metrics.WorkerMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The alert rules, dashboards and runbooks that are shipped name meters, labels and values that there are, and each other. */
class ObservabilityFilesTest {
    private static final Path FOLDER = Path.of("../docker/observability");
    private static final Path RUNBOOKS = Path.of("../docs/runbooks.md");

    private static final Pattern SELECTOR = Pattern.compile("\\b((?:policy|jvm|process|system)_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!=|=|!~)\\s*\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern SECTION = Pattern.compile("(?m)^### (\\w+)$");
    private static final Pattern NAMED = Pattern.compile("`((?:policy_(?:kernel|worker|engine)_|jvm_|process_)\\w+)");

    /** Labels that Prometheus gives, or that histograms have besides. */
    private static final Set<String> USUAL = Set.of("instance", "job", "le");

    /** Labels by name of series, with the values that they have; a label without values takes any. */
    private static final Map<String, Map<String, List<String>>> SERIES = series();

    /** An expression, and where it stands. */
    record Expression(String place, String text) {
        @Override
        public String toString() {
            return place;
        }
    }

    private static Map<String, Map<String, List<String>>> series() {
        Map<String, Map<String, List<String>>> series = new HashMap<>();
        Stream.of(KernelMetric.values(), ConfigMetric.values(), WorkerMetric.values(), EngineMetric.values())
                .flatMap(Arrays::stream)
                .forEach(metric ->
                        suffixes(metric).forEach(suffix -> series.put(metric.id() + suffix, labels(metric))));
        for (ProcessMetric metric : ProcessMetric.values()) {
            Map<String, List<String>> labels = new HashMap<>();
            Pattern.compile("`(\\w+)`")
                    .matcher(metric.row().split("\\|", -1)[4])
                    .results()
                    .forEach(label -> labels.put(label.group(1), List.of()));
            boolean isSummary = metric.type().equals("summary");
            for (String suffix : isSummary ? List.of("_sum", "_count") : List.of("")) {
                series.put(metric.id() + suffix, labels);
            }
        }
        return series;
    }

    private static List<String> suffixes(Metric metric) {
        MetricType type = metric.description().type();
        return type == MetricType.TIMER || type == MetricType.SUMMARY
                ? List.of("_bucket", "_sum", "_count", "_max")
                : List.of("");
    }

    private static Map<String, List<String>> labels(Metric metric) {
        Map<String, List<String>> labels = new HashMap<>();
        for (Label label : metric.description().labels()) {
            labels.put(label.name(), label.values());
        }
        return labels;
    }

    private static Stream<Expression> expressions() throws IOException {
        List<Expression> all = new ArrayList<>();
        for (JsonNode rule : rules()) {
            all.add(new Expression(
                    rule.path("alert").stringValue(), rule.path("expr").stringValue()));
        }
        for (String name : List.of("traffic", "inside")) {
            JsonNode board = new JsonMapper().readTree(FOLDER.resolve("dashboards/" + name + ".json"));
            for (JsonNode panel : board.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    all.add(new Expression(
                            name + ": " + panel.path("title").stringValue(),
                            target.path("expr").stringValue()));
                }
            }
        }
        return all.stream();
    }

    private static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode group :
                new YAMLMapper().readTree(FOLDER.resolve("alerts.yaml")).path("groups")) {
            group.path("rules").forEach(rules::add);
        }
        return rules;
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void eachExpressionIsOfMetersLabelsAndValuesThatThereAre(Expression expression) {
        Set<String> labels = new HashSet<>(USUAL);
        List<MatchResult> selectors =
                SELECTOR.matcher(expression.text()).results().toList();
        for (MatchResult selector : selectors) {
            Map<String, List<String>> known = SERIES.get(selector.group(1));
            assertThat(known)
                    .as("%s in %s", selector.group(1), expression.text())
                    .isNotNull();
            labels.addAll(Objects.requireNonNull(known).keySet());
            Matcher matcher = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
            while (matcher.find()) {
                requireKnown(expression, known, matcher.toMatchResult());
            }
        }
        GROUPING.matcher(expression.text())
                .results()
                .flatMap(grouping -> Stream.of(grouping.group(1).split(", *", -1)))
                .forEach(label -> assertThat(labels).as(expression.text()).contains(label));
    }

    private static void requireKnown(Expression expression, Map<String, List<String>> known, MatchResult matcher) {
        String label = matcher.group(1);
        if (USUAL.contains(label)) {
            return;
        }
        assertThat(known.keySet()).as(expression.text()).contains(label);
        List<String> values = known.getOrDefault(label, List.of());
        for (String wanted : matcher.group(3).split("\\|", -1)) {
            assertThat(values.isEmpty()
                            || values.stream().anyMatch(Pattern.compile(wanted).asMatchPredicate()))
                    .as("%s=\"%s\" in %s", label, wanted, expression.text())
                    .isTrue();
        }
    }

    @Test
    void eachAlertLeadsToItsSectionOfTheRunbooksAndEachSectionIsOfAnAlert() throws IOException {
        Set<String> sections = new TreeSet<>();
        SECTION.matcher(Files.readString(RUNBOOKS)).results().forEach(section -> sections.add(section.group(1)));
        Set<String> alerts = new TreeSet<>();

        for (JsonNode rule : rules()) {
            String name = rule.path("alert").stringValue();
            alerts.add(name);
            assertThat(rule.at("/annotations/runbook_url").stringValue())
                    .isEqualTo("{{ $externalLabels.policy_engine_docs }}docs/runbooks.md#"
                            + name.toLowerCase(Locale.ROOT));
            assertThat(rule.at("/labels/severity").stringValue()).isIn("critical", "warning", "info");
        }

        assertThat(alerts).hasSizeGreaterThan(30).isEqualTo(sections);
    }

    @Test
    void runbooksNameMetersThatThereAre() throws IOException {
        Set<String> known = new HashSet<>(SERIES.keySet());
        SERIES.keySet().stream()
                .filter(name -> name.endsWith("_bucket"))
                .forEach(name -> known.add(name.substring(0, name.length() - "_bucket".length())));

        assertThat(NAMED.matcher(Files.readString(RUNBOOKS)).results().map(found -> found.group(1)))
                .hasSizeGreaterThan(20)
                .allSatisfy(name -> assertThat(known).contains(name));
    }
}

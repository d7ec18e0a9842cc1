package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.policyengine.core.config.RestartKeys;
import io.policyengine.core.params.Formerly;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Removed;
import io.policyengine.core.params.Restart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Keeps docs/reference/configuration.md true to the code; {@code -Dgolden.update=true} rewrites it. */
class ReferenceTest {
    private static final Path PAGE = Path.of("../docs/reference/configuration.md");
    /** Lists that may stand in kernel.yaml too, and where they are described. */
    private static final Map<String, String> OTHER_FILES = Map.of(
            "route_policies", "Route policies, with the keys of routes/*.yaml below.",
            "overrides", "Overrides, with the keys of overrides.yaml below.");

    @Test
    void isUpToDate() throws IOException {
        var content = page();
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, content);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "worker", "routes", "overrides"})
    void describesEveryKey(String kind) {
        assertThat(rows(Objects.requireNonNull(schemas().get(kind))))
                .allSatisfy(row -> assertThat(row).doesNotContainPattern("\\| *\\|"));
    }

    @ParameterizedTest
    @CsvSource({
        "kernel, policy_kernel.observability.admin_tokens[].role",
        "kernel, policy_kernel.observability.admin_tokens[].file",
        "worker, worker_core.secrets.roots",
        "worker, worker_core.secrets.env"
    })
    void whatIsBelowAKeyThatNeedsARestartNeedsOneToo(String kind, String key) {
        assertThat(rows(Objects.requireNonNull(schemas().get(kind))))
                .filteredOn(row -> row.startsWith("| `" + key + "` |"))
                .singleElement(as(STRING))
                .endsWith("| restart |");
    }

    private static String page() {
        var page = ConfFiles.resource("configuration.md");
        for (var kind : schemas().entrySet()) {
            page = page.replace("{{" + kind.getKey() + "}}", table(kind.getValue()));
        }
        return page.replace("{{former}}", former(schemas()));
    }

    private static String former(Map<String, ? extends JsonNode> schemas) {
        var rows = new TreeSet<String>();
        schemas.values().forEach(schema -> collectFormer("", schema, rows));
        return rows.isEmpty() ? "None so far." : "| key | since | now |\n|---|---|---|\n" + String.join("\n", rows);
    }

    private static void collectFormer(String prefix, JsonNode schema, Set<String> rows) {
        schema.path("x-renamed")
                .forEachEntry((key, now) -> rows.add(
                        "| `" + prefix + key + "` | " + now.path("since").asString("") + " | `" + prefix
                                + now.path("to").asString("") + "` |"));
        schema.path("x-removed")
                .forEachEntry((key, now) -> rows.add(
                        "| `" + prefix + key + "` | " + now.path("since").asString("") + " | removed; "
                                + now.path("instead").asString("") + " |"));
        schema.path("properties").forEachEntry((key, property) -> collectFormer(prefix + key + ".", property, rows));
        Map.of("items", "[].", "additionalProperties", ".NAME.").forEach((keyword, step) -> {
            if (schema.path(keyword).isObject()) {
                collectFormer(prefix.substring(0, prefix.length() - 1) + step, schema.path(keyword), rows);
            }
        });
    }

    @Removed(key = "gone", since = "0.3.0", instead = "nothing takes its place")
    private record WithFormerKeys(
            @Formerly(value = "old", since = "0.2.0") List<WithFormerKey> parts) {}

    private record WithFormerKey(
            @Formerly(value = "part", since = "0.4.0") String name) {}

    @Test
    void listsKeysThatWereRenamedOrRemoved() {
        assertThat(former(Map.of("any", ParamsBinder.of(WithFormerKeys.class).schema())))
                .isEqualTo("""
                        | key | since | now |
                        |---|---|---|
                        | `gone` | 0.3.0 | removed; nothing takes its place |
                        | `old` | 0.2.0 | `parts` |
                        | `parts[].part` | 0.4.0 | `parts[].name` |""");
    }

    private static Map<String, ObjectNode> schemas() {
        return Map.of(
                "kernel", ConfigSchemas.kernel(),
                "worker", ConfigSchemas.worker(),
                "routes", ConfigSchemas.routes(),
                "overrides", ConfigSchemas.overrides());
    }

    private static String table(JsonNode schema) {
        return "| key | type | default | meaning | change |\n|---|---|---|---|---|\n" + String.join("\n", rows(schema));
    }

    private static List<String> rows(JsonNode schema) {
        var rows = new ArrayList<String>();
        collect("", schema, false, rows);
        return Collections.unmodifiableList(rows);
    }

    /** Below a key that needs a restart all keys do, whatever they say themselves: {@link RestartKeys} keeps it whole. */
    private static void collect(String prefix, JsonNode schema, boolean restarts, List<String> rows) {
        schema.path("properties").forEachEntry((key, property) -> {
            var elsewhere = prefix.endsWith("policy_kernel.") ? OTHER_FILES.get(key) : null;
            if (elsewhere != null) {
                rows.add("| `" + prefix + key + "` | list of mappings | `[]` | " + elsewhere + " | live |");
                return;
            }
            if (key.equals("response_flow")) {
                rows.add("| `" + prefix + key + "` | mapping | see its keys | Processing of the response. The keys"
                        + " are those of `request_flow`. | – |");
                return;
            }
            var required = schema.path("required")
                    .valueStream()
                    .anyMatch(name -> name.asString("").equals(key));
            var needsRestart = restarts || isMarked(property);
            rows.add(row(prefix + key, property, required, needsRestart));
            collect(prefix + key + ".", property, needsRestart, rows);
            collect(prefix + key + "[].", property.path("items"), needsRestart, rows);
            collect(prefix + key + ".NAME.", property.path("additionalProperties"), needsRestart, rows);
            if (property.path("additionalProperties").has("items")) {
                rows.add("| `" + prefix + key
                        + ".NAME[]` | mapping | see its keys | An entry, as in `policy_chain`. | "
                        + change(needsRestart) + " |");
            }
        });
    }

    private static boolean isMarked(JsonNode property) {
        return property.path(Restart.KEYWORD).asBoolean(false);
    }

    private static String change(boolean needsRestart) {
        return needsRestart ? "restart" : "live";
    }

    private static String row(String key, JsonNode property, boolean required, boolean needsRestart) {
        var description = property.path("description").asString("");
        var meaning = description.replace(" " + Restart.SENTENCE, "").replace("|", "\\|");
        var isGroup = property.has("properties");
        return "| `" + key + "` | " + type(property) + range(property) + " | "
                + (required ? "required" : defaultOf(property, isGroup)) + " | " + meaning + " | "
                + (isGroup && !needsRestart ? "–" : change(needsRestart)) + " |";
    }

    private static String defaultOf(JsonNode property, boolean isGroup) {
        var value = property.get("default");
        if (isGroup && (value == null || value.isEmpty())) {
            return "see its keys";
        }
        return value == null ? "none" : "`" + value.toString().replace("|", "\\|") + "`";
    }

    private static String type(JsonNode property) {
        var type = property.path("type");
        var name = type.isArray() ? type.get(0).asString("") : type.asString("any");
        if (property.has("enum")) {
            return String.join(
                    ", ",
                    property.path("enum")
                            .valueStream()
                            .map(value -> "`" + value.asString("") + "`")
                            .toList());
        }
        return switch (name) {
            case "object" -> "mapping";
            case "array" -> {
                var items = type(property.path("items"));
                yield items.startsWith("`") ? "list of " + items : "list of " + items + "s";
            }
            default -> property.has("anyOf") ? type(property.path("anyOf").path(1)) : name;
        };
    }

    private static String range(JsonNode property) {
        var min = property.path("minimum");
        var max = property.path("maximum");
        if (!max.isMissingNode()) {
            return ", " + min.asString("") + " to " + max.asString("");
        }
        return min.isMissingNode() ? "" : ", at least " + min.asString("");
    }
}

package io.policyengine.app.envoy.check;

import io.policyengine.app.envoy.EnvoyConfigWriter;
import io.policyengine.app.envoy.EnvoyParts;
import io.policyengine.app.envoy.EnvoyParts.Scope;
import io.policyengine.app.envoy.EnvoySetting;
import io.policyengine.core.error.Problem.Severity;
import io.policyengine.kernel.envoy.EnvoyReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/** Compares the settings of a file with those of the printed configuration, by the rule of each setting. */
record SettingsCheck(EnvoyFile file, EnvoyParts model) {
    private static final JsonMapper JSON = new JsonMapper();
    /** Items of lists without which the engine works, and the loss that their absence causes. */
    private static final Map<String, String> OPTIONAL =
            Map.of(EnvoyReader.VERSION, "with it, a running engine warns if this release of Envoy has known faults");

    private static final Set<String> PARTS = Set.of("regex", "typed", "untyped");

    /** Compares all settings of the part at a pointer of the file. */
    void check(Scope scope, String pointer) {
        for (EnvoySetting setting : EnvoySetting.of(scope)) {
            compare(setting, pointer, value(model.of(scope).at(setting.pointer()), setting));
        }
    }

    private void compare(EnvoySetting setting, String part, JsonNode wanted) {
        String at = part + setting.pointer();
        JsonNode actual = value(file.at(at), setting);
        switch (setting.rule()) {
            case SAME -> {
                if (!Values.isSame(actual, wanted)
                        && setting.alternatives().stream().noneMatch(actual.asString("")::equals)) {
                    report(setting, part, shown(wanted), wanted);
                }
            }
            case AT_LEAST -> compareAmounts(setting, part, actual, wanted, 1);
            case AT_MOST -> compareAmounts(setting, part, actual, wanted, -1);
            case CONTAINS -> {
                List<JsonNode> lacking = lacking(actual, wanted);
                if (lacking.stream().allMatch(SettingsCheck::isOptional)) {
                    lacking.forEach(item -> suggest(setting, part, item.asString()));
                } else {
                    ArrayNode list = JsonNodeFactory.instance.arrayNode();
                    lacking.forEach(list::add);
                    report(setting, part, "also " + shown(list), list);
                }
            }
            case PRESENT -> {
                BigDecimal amount = Values.amount(actual);
                boolean isAbsent = actual.isMissingNode() || (amount != null && amount.signum() == 0);
                if (!wanted.isMissingNode() && isAbsent) {
                    report(setting, part, wanted.isContainer() ? "a value" : "one such as " + shown(wanted), wanted);
                }
            }
            case WRITTEN -> {
                // Printed for its own sake.
            }
        }
    }

    private static boolean isOptional(JsonNode item) {
        return OPTIONAL.containsKey(item.asString(""));
    }

    private void suggest(EnvoySetting setting, String part, String item) {
        String message = "'" + name(setting.pointer()) + "' does not have " + item + ": " + OPTIONAL.get(item);
        ArrayNode list = JsonNodeFactory.instance.arrayNode().add(item);
        file.add(Finding.Level.NOTE, part + setting.pointer(), message, text(part, setting.pointer(), list));
    }

    private void compareAmounts(EnvoySetting setting, String part, JsonNode actual, JsonNode wanted, int direction) {
        BigDecimal number = Values.amount(actual);
        BigDecimal bound = Values.amount(wanted);
        if (number == null || bound == null) {
            return;
        }
        if (direction > 0 ? number.compareTo(bound) < 0 : number.compareTo(bound) > 0) {
            report(setting, part, shown(wanted) + (direction > 0 ? " or more" : " or less"), wanted);
        }
    }

    private static List<JsonNode> lacking(JsonNode actual, JsonNode wanted) {
        List<JsonNode> lacking = new ArrayList<>();
        for (JsonNode item : wanted) {
            boolean has = false;
            for (JsonNode one : actual) {
                has |= one.equals(item);
            }
            if (!has) {
                lacking.add(item);
            }
        }
        return lacking;
    }

    /** Returns the value of a setting, or Envoy's default if the setting is absent. */
    private static JsonNode value(JsonNode node, EnvoySetting setting) {
        String unset = setting.unset();
        boolean isUnset =
                node.isMissingNode() || node.isNull() || node.asString("").equals("DEFAULT");
        if (!isUnset) {
            return node;
        }
        return unset == null ? MissingNode.getInstance() : JSON.readTree(unset);
    }

    private void report(EnvoySetting setting, String part, String expected, JsonNode wanted) {
        String at = part + setting.pointer();
        String name = name(setting.pointer());
        String unset = setting.unset();
        String actual = file.has(at)
                ? "is " + shown(file.at(at))
                : "is not set" + (unset == null || wanted.isContainer() ? "" : ", which means " + bare(unset));
        boolean isToRemove = isEmpty(wanted);
        String message = "'" + name + "' " + actual + "; " + (isToRemove ? "remove it" : "the engine needs " + expected)
                + ": " + setting.reason();
        Finding.Level level = setting.severity() == Severity.ERROR ? Finding.Level.ERROR : Finding.Level.WARNING;
        file.add(level, at, message, isToRemove ? null : text(part, setting.pointer(), wanted));
    }

    /** Returns the last field of a pointer, preceded by the field before it if the last one alone is unclear. */
    private static String name(String pointer) {
        int last = pointer.lastIndexOf('/');
        String field = pointer.substring(last + 1);
        return PARTS.contains(field)
                ? pointer.substring(pointer.lastIndexOf('/', last - 1) + 1).replace('/', '.')
                : field;
    }

    private static boolean isEmpty(JsonNode node) {
        return (node.isContainer() && node.isEmpty())
                || (node.isString() && node.stringValue().isEmpty());
    }

    private static String bare(String json) {
        return json.replace("\"", "");
    }

    private static String shown(JsonNode node) {
        if (node.isArray()) {
            List<String> items = new ArrayList<>();
            node.forEach(item -> items.add(item.isString() ? item.stringValue() : item.toString()));
            return String.join(", ", items);
        }
        return node.isObject() ? "set" : node.isString() ? node.stringValue() : node.toString();
    }

    /** Returns YAML with the wanted value, and with the enclosing mappings that the file lacks. */
    private String text(String part, String pointer, JsonNode wanted) {
        int end = pointer.lastIndexOf('/');
        JsonNode inner = JsonNodeFactory.instance.objectNode().set(pointer.substring(end + 1), wanted);
        String around = pointer.substring(0, end);
        while (!around.isEmpty() && !file.has(part + around)) {
            int slash = around.lastIndexOf('/');
            inner = JsonNodeFactory.instance.objectNode().set(around.substring(slash + 1), inner);
            around = around.substring(0, slash);
        }
        return EnvoyConfigWriter.yaml(inner);
    }
}

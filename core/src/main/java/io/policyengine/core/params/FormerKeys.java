package io.policyengine.core.params;

import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stores the keys of earlier versions in a schema, as {@link Formerly} and {@link Removed} define them. An unknown key
 * is looked up among them.
 */
final class FormerKeys {
    static final String RENAMED = "x-renamed";
    static final String REMOVED = "x-removed";
    private static final String TO = "to";
    private static final String SINCE = "since";
    private static final String INSTEAD = "instead";

    private FormerKeys() {}

    /**
     * Adds the former keys of a record to its schema.
     * @throws IllegalArgumentException if a former key is also a current one, or occurs twice
     */
    static void note(ObjectNode schema, Class<?> type) {
        for (var component : type.getRecordComponents()) {
            for (var former : component.getAnnotationsByType(Formerly.class)) {
                checkIsGone(former.value(), type, schema);
                schema.withObjectProperty(RENAMED)
                        .putObject(former.value())
                        .put(TO, JsonNames.ofComponent(component))
                        .put(SINCE, former.since());
            }
        }
        for (var removed : type.getAnnotationsByType(Removed.class)) {
            checkIsGone(removed.key(), type, schema);
            schema.withObjectProperty(REMOVED)
                    .putObject(removed.key())
                    .put(SINCE, removed.since())
                    .put(INSTEAD, removed.instead());
        }
    }

    private static void checkIsGone(String key, Class<?> type, JsonNode schema) {
        if (Stream.of(type.getRecordComponents()).map(JsonNames::ofComponent).anyMatch(key::equals)
                || schema.path(RENAMED).has(key)
                || schema.path(REMOVED).has(key)) {
            throw new IllegalArgumentException(
                    "'" + key + "' of " + type.getName() + " is also a current key, or is a former key twice");
        }
    }

    /**
     * Returns the problem of an unknown key that an earlier version knew; empty for any other key.
     * @param schema the schema of the object
     * @param pointer the pointer to the key
     */
    static Optional<ParamProblem> problem(JsonNode schema, String pointer, String key) {
        var renamed = schema.path(RENAMED).path(key);
        var removed = schema.path(REMOVED).path(key);
        if (renamed.isObject()) {
            return Optional.of(ParamProblem.unknownKey(
                    pointer,
                    key,
                    ": it is called '" + renamed.path(TO).asString("") + "' since version "
                            + renamed.path(SINCE).asString("")));
        }
        return removed.isObject()
                ? Optional.of(ParamProblem.unknownKey(
                        pointer,
                        key,
                        ": it was removed in version " + removed.path(SINCE).asString("") + "; "
                                + removed.path(INSTEAD).asString("")))
                : Optional.empty();
    }
}

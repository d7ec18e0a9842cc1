package io.policyengine.core.config;

import io.policyengine.core.params.ParamProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The keys that each type of sink has in addition to the common ones. A schema cannot express them. */
public final class SinkKeys {
    private static final Set<String> OF_ALL = Set.of("type", "queue_bytes");
    private static final Map<String, Set<String>> OF = Map.of(
            "stdout", Set.of(),
            "file", Set.of("path", "rotation", "fsync"),
            "http", Set.of("target", "format", "batch", "retry", "spool", "fsync"),
            "kafka", Set.of("servers", "topic", "tls", "sasl"));
    private static final Map<String, Set<String>> NEEDED = Map.of(
            "stdout", Set.of(), "file", Set.of("path"), "http", Set.of("target"), "kafka", Set.of("servers", "topic"));

    private SinkKeys() {}

    /** Returns the problems of unknown and missing keys of a sink, according to its type. */
    public static List<ParamProblem> problems(JsonNode sink) {
        String type = sink.path("type").asString("");
        Set<String> known = OF.getOrDefault(type, Set.of());
        List<ParamProblem> problems = new ArrayList<>();
        for (String key : sink.propertyNames()) {
            if (!OF_ALL.contains(key) && !known.contains(key)) {
                problems.add(new ParamProblem(
                        "/" + key.replace("~", "~0").replace("/", "~1"),
                        "a sink of type '" + type + "' does not support '" + key + "'"));
            }
        }
        for (String key : NEEDED.getOrDefault(type, Set.of()).stream().sorted().toList()) {
            if (sink.path(key).isMissingNode()
                    || sink.path(key).isNull()
                    || (sink.path(key).isArray() && sink.path(key).isEmpty())) {
                problems.add(new ParamProblem("", "a sink of type '" + type + "' needs '" + key + "'"));
            }
        }
        if (type.equals("http") && sink.path("fsync").asBoolean(false) && !sink.has("spool")) {
            problems.add(new ParamProblem(
                    "/fsync", "'fsync' has no effect without a spool: add 'spool', or remove 'fsync'"));
        }
        if (sink.path("sasl").path("mechanism").asString("").equals("PLAIN") && !sink.has("tls")) {
            problems.add(new ParamProblem(
                    "/sasl/mechanism", "PLAIN sends the password: also give 'tls', at least 'tls: {}'"));
        }
        return problems;
    }
}

package io.policyengine.admin.api;

import io.policyengine.core.config.OverrideConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The schemas, in the OpenAPI document, of the parameters in operations' paths. */
final class PathParameter {
    /** The pattern of a generation's number. */
    static final String NUMBER = "^[0-9]{1,18}$";

    /** The pattern of the name of a component that logs. */
    private static final String COMPONENT = "^[a-z0-9_.-]{1,100}$";

    private static final Map<String, ObjectNode> SCHEMAS = Map.of(
            "name", text().put("minLength", 1).put("pattern", PlainText.PATTERN),
            "kind", kinds(),
            "id", text().put("pattern", NUMBER),
            "request",
                    text().put("minLength", 1)
                            .put("maxLength", ExchangeQuestions.LONGEST_ID)
                            .put("pattern", PlainText.PATTERN),
            "component", text().put("pattern", COMPONENT));

    private PathParameter() {}

    private static ObjectNode text() {
        return JsonNodeFactory.instance.objectNode().put("type", "string");
    }

    private static ObjectNode kinds() {
        ObjectNode schema = text();
        ArrayNode all = schema.putArray("enum");
        Arrays.stream(OverrideConfig.Kind.values())
                .map(OverrideConfig.Kind::key)
                .forEach(all::add);
        return schema;
    }

    /** Returns the names of the parameters in a path, which are in braces. */
    static List<String> namesIn(String path) {
        List<String> names = new ArrayList<>();
        for (int open = path.indexOf('{'); open >= 0; open = path.indexOf('{', open + 1)) {
            names.add(path.substring(open + 1, path.indexOf('}', open)));
        }
        return names;
    }

    /** Returns the parameter as an object of the OpenAPI document. */
    static ObjectNode described(String name) {
        ObjectNode parameter = JsonNodeFactory.instance.objectNode().put("name", name);
        return parameter
                .put("in", "path")
                .put("required", true)
                .set("schema", Objects.requireNonNull(SCHEMAS.get(name), name).deepCopy());
    }
}

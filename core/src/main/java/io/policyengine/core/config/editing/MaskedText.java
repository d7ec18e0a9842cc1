package io.policyengine.core.config.editing;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfigSchemas;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.params.SecretMask;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Masks the secrets in the files of a conf directory, for display. It masks values that a schema marks as secret,
 * parameters of unknown policies, and settings of policies in a worker's file. It also masks values of unknown keys,
 * since the keys may be misspelt. References to secrets and comments remain. Parsing takes time.
 */
public final class MaskedText {
    private static final JsonPointer POLICY_SETTINGS =
            JsonPointer.compile("/" + ConfigSchemas.WORKER_KEY + "/policies/config");

    private static final String PARAMS = "params";

    private final Function<String, @Nullable JsonNode> paramsSchemas;
    private final Function<JsonNode, String> masks;

    /**
     * Creates a masker.
     * @param paramsSchemas returns the schema of a policy's parameters by the policy's name; null for an unknown policy
     * @param masks returns the text that replaces a secret
     */
    public MaskedText(Function<String, @Nullable JsonNode> paramsSchemas, Function<JsonNode, String> masks) {
        this.paramsSchemas = paramsSchemas;
        this.masks = masks;
    }

    private record Hidden(int start, int end, String mask) {}

    /**
     * Returns the text with masked secrets.
     * @param file its name in the conf directory
     * @return null if the secrets cannot be located, because the file does not belong to the engine or is not YAML
     */
    public @Nullable String of(String file, String written) {
        var text = written.startsWith("\uFEFF") ? written.substring(1) : written;
        try {
            var root = YamlFile.parse(file, text).root();
            var schema = schema(file, root);
            return schema == null ? null : masked(text, root, masked(root, schema));
        } catch (ConfigException noYaml) {
            return null;
        }
    }

    private static @Nullable JsonNode schema(String file, JsonNode root) {
        if (file.equals("kernel.yaml")) {
            return ConfigSchemas.kernel();
        } else if (file.equals(ConfTexts.OVERRIDES)) {
            return ConfigSchemas.overrides();
        } else if (file.startsWith(ConfTexts.ROUTES + "/")) {
            return ConfigSchemas.routes();
        }
        return root.has(ConfigSchemas.WORKER_KEY) ? ConfigSchemas.worker() : null;
    }

    private JsonNode masked(JsonNode root, JsonNode schema) {
        var masked = SecretMask.mask(schema, root);
        maskParams(masked);
        if (masked.at(POLICY_SETTINGS) instanceof ObjectNode settings) {
            settings.propertyNames().forEach(policy -> settings.set(policy, mask()));
        }
        return masked;
    }

    private static JsonNode mask() {
        return JsonNodeFactory.instance.stringNode(SecretMask.MASK);
    }

    private void maskParams(JsonNode node) {
        if (node instanceof ObjectNode entry && entry.has(PARAMS)) {
            var schema = paramsSchemas.apply(entry.path("policy").asString(""));
            entry.set(
                    PARAMS,
                    schema != null && entry.get(PARAMS) instanceof ObjectNode params
                            ? SecretMask.mask(schema, params)
                            : mask());
        } else {
            node.forEach(this::maskParams);
        }
    }

    private String masked(String text, JsonNode root, JsonNode masked) {
        var spans = new YamlSpans(text);
        // An alias has the position of its anchor.
        var hidden = new TreeSet<>(Comparator.comparingInt(Hidden::start));
        hide(spans, spans.root(), root, masked, hidden);
        var shown = new StringBuilder();
        var from = 0;
        for (var part : hidden) {
            if (part.start() >= from) {
                shown.append(text, from, part.start()).append(part.mask());
                from = part.end();
            }
        }
        return shown.append(text, from, text.length()).toString();
    }

    private void hide(YamlSpans spans, @Nullable Node node, JsonNode written, JsonNode masked, Set<Hidden> hidden) {
        if (node == null || written.equals(masked)) {
            return;
        }
        if (node instanceof MappingNode mapping && masked.isObject()) {
            for (NodeTuple entry : mapping.getValue()) {
                var key = ((ScalarNode) entry.getKeyNode()).getValue();
                hide(spans, entry.getValueNode(), written.path(key), masked.path(key), hidden);
            }
        } else if (node instanceof SequenceNode list && masked.isArray()) {
            for (var i = 0; i < list.getValue().size(); i++) {
                hide(spans, list.getValue().get(i), written.path(i), masked.path(i), hidden);
            }
        } else {
            hidden.add(new Hidden(spans.start(node), spans.end(node), masks.apply(written)));
        }
    }
}

package io.policyengine.core.config.editing;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The items of one list in a YAML text: replaces, removes or adds one and leaves every other character as it is. */
final class YamlItems {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final String text;
    private final YamlSpans spans;
    private final SequenceNode list;

    private YamlItems(String text, YamlSpans spans, SequenceNode list) {
        this.text = text;
        this.spans = spans;
        this.list = list;
    }

    /**
     * The items of a list.
     *
     * @param keys lead from the root to the list
     * @return null if there is no list
     */
    static @Nullable YamlItems of(String text, List<String> keys) {
        var spans = new YamlSpans(text);
        var node = spans.root();
        for (var key : keys) {
            node = node instanceof MappingNode mapping ? value(mapping, key) : null;
        }
        return node instanceof SequenceNode list ? new YamlItems(text, spans, list) : null;
    }

    /** A text with other content in the place of its root; what is around that stays. */
    static String rewrite(String text, JsonNode content) {
        var spans = new YamlSpans(text);
        var root = Objects.requireNonNull(spans.root(), "no empty file can be parsed");
        return text.substring(0, spans.start(root)) + write(content).strip() + text.substring(spans.end(root));
    }

    /** A value as a text of its own. */
    static String write(JsonNode value) {
        return YAML.writeValueAsString(value);
    }

    private static @Nullable Node value(MappingNode mapping, String key) {
        for (NodeTuple entry : mapping.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals(key)) {
                return entry.getValueNode();
            }
        }
        return null;
    }

    /** The number of them. */
    int size() {
        return list.getValue().size();
    }

    /** The text with another value in the place of an item. */
    String replace(int index, JsonNode value) {
        var item = list.getValue().get(index);
        var written = isFlow() ? value.toString() : indented(value, column(item));
        return text.substring(0, spans.start(item)) + written + text.substring(spans.end(item));
    }

    /** The text with one more value behind all items. */
    String add(JsonNode value) {
        if (isFlow()) {
            var bracket = spans.end(list) - 1;
            return text.substring(0, bracket) + (size() == 0 ? "" : ", ") + value + text.substring(bracket);
        }
        var lineEnd = text.indexOf('\n', spans.end(list));
        var end = lineEnd < 0 ? text.length() : lineEnd;
        var column = column(list);
        return text.substring(0, end) + "\n" + " ".repeat(column) + "- " + indented(value, column + 2)
                + text.substring(end);
    }

    private static String indented(JsonNode value, int column) {
        return write(value).strip().replace("\n", "\n" + " ".repeat(column));
    }

    private static int column(Node node) {
        return node.getStartMark().map(Mark::getColumn).orElse(0);
    }

    /** The text without an item; null if the list is written in a way that does not allow it. */
    @Nullable
    String remove(int index) {
        if (size() == 1) {
            // A block may begin in the column of its key, where no other value may.
            var indent = isFlow() ? "" : " ";
            return text.substring(0, spans.start(list)) + indent + "[]" + text.substring(spans.end(list));
        }
        if (isFlow()) {
            return null;
        }
        var item = list.getValue().get(index);
        var line = text.lastIndexOf('\n', spans.start(item)) + 1;
        var next = text.indexOf('\n', spans.end(item));
        return text.substring(0, line) + (next < 0 ? "" : text.substring(next + 1));
    }

    private boolean isFlow() {
        return list.getFlowStyle() == FlowStyle.FLOW;
    }
}

package io.policyengine.core.config.editing;

import io.policyengine.core.config.yaml.YamlSettings;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Where in a YAML text its values begin and end. */
final class YamlSpans {
    private final String text;

    /** Those of a text that can be parsed. */
    YamlSpans(String text) {
        this.text = text;
    }

    /** The root; null without any. */
    @Nullable
    Node root() {
        return new Compose(YamlSettings.of(text)).composeString(text).orElse(null);
    }

    /** Where the first character of a node is. */
    int start(Node node) {
        return offset(node.getStartMark().orElseThrow());
    }

    /** Where the last character of a node is behind us: a block's own end mark is that of what follows it. */
    int end(Node node) {
        var last = node;
        while (last instanceof CollectionNode<?> collection
                && collection.getFlowStyle() != FlowStyle.FLOW
                && !collection.getValue().isEmpty()) {
            var child = collection.getValue().getLast();
            last = child instanceof NodeTuple entry ? entry.getValueNode() : (Node) child;
        }
        var end = offset(last.getEndMark().orElseThrow());
        while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    /** Marks count code points. */
    private int offset(Mark mark) {
        return text.offsetByCodePoints(0, mark.getIndex());
    }
}

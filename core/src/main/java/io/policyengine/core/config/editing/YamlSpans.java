package io.policyengine.core.config.editing;

import io.policyengine.core.config.yaml.YamlSettings;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** The start and end of each value in a YAML text. */
final class YamlSpans {
    private final String text;

    YamlSpans(String text) {
        this.text = text;
    }

    /** The root, or null in an empty document. */
    @Nullable
    Node root() {
        return new Compose(YamlSettings.of(text)).composeString(text).orElse(null);
    }

    int start(Node node) {
        return offset(node.getStartMark().orElseThrow());
    }

    /**
     * Returns the position after a node's last character. For a block, this is not the parser's own end mark, which is
     * at the next token.
     */
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

    /** Converts a mark, which counts code points, to an index of the text. */
    private int offset(Mark mark) {
        return text.offsetByCodePoints(0, mark.getIndex());
    }
}

package io.policyengine.core.config.editing;

import io.policyengine.core.config.editing.SpanReader.Span;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * The items of one list in a YAML text. An item can be replaced, removed or added while every other character stays
 * unchanged.
 */
final class YamlItems {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();

    private final String text;
    private final Span list;
    private final List<Span> items;

    private YamlItems(String text, Span list, List<Span> items) {
        this.text = text;
        this.list = list;
        this.items = items;
    }

    /**
     * Finds the items of a list.
     * @param keys the path from the root to the list
     * @return null if there is no list
     */
    static @Nullable YamlItems of(String text, List<String> keys) {
        var found = new SpanReader(text).list(keys);
        return found == null ? null : new YamlItems(text, found.list(), found.items());
    }

    /** Returns the text with new content at its root. The text around the root stays unchanged. */
    static String rewrite(String text, JsonNode content) {
        var root = Objects.requireNonNull(new SpanReader(text).root(), "an empty file cannot be parsed");
        return text.substring(0, start(text, root)) + write(content).strip() + text.substring(end(text, root));
    }

    static String write(JsonNode value) {
        return YAML.writeValueAsString(value);
    }

    private static int start(String text, Span span) {
        return text.offsetByCodePoints(0, span.start());
    }

    private static int end(String text, Span span) {
        var end = text.offsetByCodePoints(0, span.end());
        while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    int size() {
        return items.size();
    }

    String replace(int index, JsonNode value) {
        var item = items.get(index);
        var written = list.isFlow() ? value.toString() : indented(value, item.column());
        return text.substring(0, start(text, item)) + written + text.substring(end(text, item));
    }

    String add(JsonNode value) {
        if (list.isFlow()) {
            var bracket = end(text, list) - 1;
            return text.substring(0, bracket) + (size() == 0 ? "" : ", ") + value + text.substring(bracket);
        }
        var lineEnd = text.indexOf('\n', end(text, list));
        var end = lineEnd < 0 ? text.length() : lineEnd;
        var column = list.column();
        return text.substring(0, end) + "\n" + " ".repeat(column) + "- " + indented(value, column + 2)
                + text.substring(end);
    }

    private static String indented(JsonNode value, int column) {
        return write(value).strip().replace("\n", "\n" + " ".repeat(column));
    }

    /** Returns the text without an item, or null if the list's notation does not permit the removal. */
    @Nullable
    String remove(int index) {
        if (size() == 1) {
            // A block may begin in the column of its key, where no other value may.
            var indent = list.isFlow() ? "" : " ";
            return text.substring(0, start(text, list)) + indent + "[]" + text.substring(end(text, list));
        }
        if (list.isFlow()) {
            return null;
        }
        var item = items.get(index);
        var line = text.lastIndexOf('\n', start(text, item)) + 1;
        var next = text.indexOf('\n', end(text, item));
        return text.substring(0, line) + (next < 0 ? "" : text.substring(next + 1));
    }
}

package io.policyengine.core.config.editing;

import io.policyengine.core.config.yaml.YamlSettings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Finds the positions of single values in a valid YAML text. Reads the parser's events, because a node tree of a large
 * file takes many times the memory of the text. Usable once.
 */
final class SpanReader {
    private final Iterator<Event> events;

    SpanReader(String text) {
        this.events = new Parse(YamlSettings.of(text)).parseString(text).iterator();
    }

    /**
     * The extent of a value in code points. A block ends where its last value ends, not at YAML's own end mark, which
     * is at the next token.
     *
     * @param isFlow true for a collection in brackets
     */
    record Span(int start, int end, int column, boolean isFlow) {}

    record Items(Span list, List<Span> items) {}

    /** The root, or null in an empty document. */
    @Nullable
    Span root() {
        Event root = rootEvent();
        return root == null ? null : span(root, new ArrayList<>());
    }

    /**
     * Finds a list.
     * @param keys the path from the root to the list
     * @return null if absent
     */
    @Nullable
    Items list(List<String> keys) {
        Event at = rootEvent();
        for (String key : keys) {
            at = at instanceof MappingStartEvent ? valueOf(key) : null;
        }
        if (!(at instanceof SequenceStartEvent)) {
            return null;
        }
        List<Span> items = new ArrayList<>();
        return new Items(span(at, items), items);
    }

    private @Nullable Event rootEvent() {
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof ScalarEvent || event instanceof CollectionStartEvent) {
                return event;
            }
        }
        return null;
    }

    /** Returns the value of a key in the current mapping, or null if absent. */
    private @Nullable Event valueOf(String key) {
        for (Event name = events.next(); name.getEventId() != Event.ID.MappingEnd; name = events.next()) {
            Event value = events.next();
            if (name instanceof ScalarEvent scalar && scalar.getValue().equals(key)) {
                return value;
            }
            span(value, new ArrayList<>());
        }
        return null;
    }

    /**
     * Reads a value completely and collects the positions of its children; for a mapping, these are its keys and
     * values.
     */
    private Span span(Event first, List<Span> children) {
        if (!(first instanceof CollectionStartEvent collection)) {
            return span(first, end(first), false);
        }
        Event next = events.next();
        while (next.getEventId() != Event.ID.SequenceEnd && next.getEventId() != Event.ID.MappingEnd) {
            children.add(span(next, new ArrayList<>()));
            next = events.next();
        }
        boolean isFlow = collection.getFlowStyle() == FlowStyle.FLOW;
        return span(
                first,
                isFlow || children.isEmpty() ? end(next) : children.getLast().end(),
                isFlow);
    }

    private static Span span(Event first, int end, boolean isFlow) {
        Mark start = first.getStartMark().orElseThrow();
        return new Span(start.getIndex(), end, start.getColumn(), isFlow);
    }

    private static int end(Event event) {
        return event.getEndMark().orElseThrow().getIndex();
    }
}

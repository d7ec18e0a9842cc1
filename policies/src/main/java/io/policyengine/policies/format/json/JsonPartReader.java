package io.policyengine.policies.format.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Keeps the wanted values of a JSON text with their positions. Of all other values, keeps only the positions. */
final class JsonPartReader implements JsonSink<RuntimeException> {
    private final Deque<Level> levels = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();
    private final int before;

    /** The wanted places within the next value; null if the value is not wanted. */
    private @Nullable JsonSelection wanted;

    private @Nullable JsonPart whole;
    /** The nesting depth within an unwanted value. */
    private int unwanted;
    /** True within a wanted array whose elements are not wanted. */
    private boolean isEmptied;

    private int from;
    private boolean isKept;
    private boolean isNumber;
    private boolean isInteger;

    private static final class Level {
        private final int from;
        private final JsonSelection places;
        private final @Nullable Map<String, JsonPart.Member> members;
        private final List<JsonPart> elements;
        private String name = "";
        private int nameFrom;

        Level(boolean isObject, int from, JsonSelection places) {
            this.from = from;
            this.places = places;
            this.members = isObject ? new LinkedHashMap<>(4) : null;
            this.elements = isObject ? List.of() : new ArrayList<>(4);
        }

        JsonPart closed(int to) {
            return members == null
                    ? new JsonPart.Elements(from, to, elements)
                    : new JsonPart.Members(from, to, members);
        }
    }

    /**
     * Creates a sink for one text.
     *
     * @param before number of octets before the text, which is added to all positions
     */
    JsonPartReader(JsonSelection wanted, int before) {
        this.wanted = wanted;
        this.before = before;
    }

    JsonPart whole() {
        return Objects.requireNonNull(whole);
    }

    @Override
    public void open(boolean isObject, long start) {
        JsonSelection places = unwanted > 0 ? null : wanted;
        JsonSelection inside = places == null || isObject ? null : places.elements();
        if (places == null || (!isObject && inside == null)) {
            if (unwanted++ == 0) {
                from = at(start);
                isEmptied = places != null;
            }
            return;
        }
        levels.push(new Level(isObject, at(start), places));
        wanted = inside;
    }

    @Override
    public void close(long end) {
        if (unwanted > 0) {
            if (--unwanted == 0) {
                value(isEmptied ? new JsonPart.Elements(from, at(end), List.of()) : new JsonPart.Unread(from, at(end)));
            }
            return;
        }
        value(levels.pop().closed(at(end)));
    }

    @Override
    public void beginName(long start, long end) {
        if (unwanted == 0) {
            Objects.requireNonNull(levels.peek()).nameFrom = at(start);
            beginText(true);
        }
    }

    @Override
    public void endName(long end) {
        if (unwanted == 0) {
            Level level = Objects.requireNonNull(levels.peek());
            level.name = text.toString();
            wanted = level.places.member(level.name);
            isKept = false;
        }
    }

    @Override
    public void beginString(long start, long end) {
        if (unwanted == 0) {
            from = at(start);
            beginText(wanted != null);
        }
    }

    private void beginText(boolean kept) {
        isKept = kept;
        text.setLength(0);
    }

    @Override
    public boolean wantsCharacters() {
        return isKept;
    }

    @Override
    public void character(int codePoint, long start, long end) {
        text.appendCodePoint(codePoint);
    }

    @Override
    public void endString(long end) {
        if (unwanted == 0) {
            value(isKept ? new JsonPart.Text(from, at(end), text.toString()) : new JsonPart.Unread(from, at(end)));
            isKept = false;
        }
    }

    @Override
    public void digit(int character, long start) {
        if (!isNumber) {
            isNumber = true;
            isInteger = true;
            if (unwanted == 0) {
                from = at(start);
            }
        }
        isInteger &= character == '-' || (character >= '0' && character <= '9');
    }

    @Override
    public void endNumber(long end) {
        isNumber = false;
        single(end, isInteger ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT);
    }

    @Override
    public void literal(char first, long end) {
        if (unwanted > 0) {
            return;
        }
        from = at(end) - (first == 'f' ? "false" : "true").length();
        single(end, first == 't' ? JsonToken.VALUE_TRUE : first == 'f' ? JsonToken.VALUE_FALSE : JsonToken.VALUE_NULL);
    }

    private void single(long end, JsonToken token) {
        if (unwanted == 0) {
            value(new JsonPart.Single(from, at(end), token));
        }
    }

    private int at(long place) {
        return before + (int) place;
    }

    private void value(JsonPart part) {
        Level level = levels.peek();
        if (level == null) {
            whole = part;
        } else if (level.members == null) {
            level.elements.add(part);
            wanted = level.places.elements();
        } else {
            level.members.put(level.name, new JsonPart.Member(level.nameFrom, part));
            wanted = null;
        }
    }
}

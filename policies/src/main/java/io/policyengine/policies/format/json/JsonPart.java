package io.policyengine.policies.format.json;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonToken;

/** A value of a JSON text, and the place of its bytes in it, so that the text can be edited with everything else left as it is. */
public sealed interface JsonPart {
    /** The place of the first byte. */
    int from();

    /** The place behind the last byte. */
    int to();

    /** A value that others are in. */
    sealed interface Container extends JsonPart {
        /** The places of what stands between its commas, in order. */
        List<Span> items();
    }

    /**
     * The place of an element, or of a member with its name.
     *
     * @param from the place of the first byte
     * @param to the place behind the last byte
     */
    record Span(int from, int to) {}

    /**
     * An object.
     *
     * @param members by their names, without escapes, in order
     */
    record Members(int from, int to, Map<String, Member> members) implements Container {
        /** The value of the member of this name. */
        public Optional<JsonPart> get(String name) {
            Member member = members.get(name);
            return member == null ? Optional.empty() : Optional.of(member.value());
        }

        /** The string of the member of this name; empty if the member is missing, or something else. */
        public Optional<Text> text(String name) {
            return get(name).filter(Text.class::isInstance).map(Text.class::cast);
        }

        @Override
        public List<Span> items() {
            return members.values().stream()
                    .map(member -> new Span(member.from(), member.value().to()))
                    .toList();
        }
    }

    /**
     * A member of an object.
     *
     * @param from the place of the first byte of its name
     */
    record Member(int from, JsonPart value) {}

    /** An array. */
    record Elements(int from, int to, List<JsonPart> elements) implements Container {
        @Override
        public List<Span> items() {
            return elements.stream()
                    .map(element -> new Span(element.from(), element.to()))
                    .toList();
        }
    }

    /**
     * A string.
     *
     * @param value without escapes; half of a surrogate pair may stand alone in it
     */
    record Text(int from, int to, String value) implements JsonPart {}

    /** A value that was not wanted. */
    record Unread(int from, int to) implements JsonPart {}

    /** A number, {@code true}, {@code false} or {@code null}. */
    record Single(int from, int to, JsonToken token) implements JsonPart {}

    /** True if it is {@code null}. */
    default boolean isNull() {
        return this instanceof Single(var _, var _, JsonToken token) && token == JsonToken.VALUE_NULL;
    }
}

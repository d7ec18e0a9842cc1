package io.policyengine.policies.format.json;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonToken;

/** A value of a JSON text with the position of its bytes. Edits by position leave the rest of the text unchanged. */
public sealed interface JsonPart {
    /** Returns the index of the value's first byte. */
    int from();

    /** Returns the index after the value's last byte. */
    int to();

    /** A value that contains other values: an object or an array. */
    sealed interface Container extends JsonPart {
        /** Returns the positions of the members or elements, in order. */
        List<Span> items();
    }

    /**
     * The position of an element, or of a member with its name.
     *
     * @param from the index of the first byte
     * @param to the index after the last byte
     */
    record Span(int from, int to) {}

    /**
     * An object.
     *
     * @param members by name with escapes decoded, in order
     */
    record Members(int from, int to, Map<String, Member> members) implements Container {
        public Optional<JsonPart> get(String name) {
            Member member = members.get(name);
            return member == null ? Optional.empty() : Optional.of(member.value());
        }

        /** Returns the value of the named member; empty if the member is missing or its value is not a string. */
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
     * @param from the index of the first byte of the member's name
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
     * @param value with escapes decoded; may contain unpaired surrogates
     */
    record Text(int from, int to, String value) implements JsonPart {}

    /** A value that is not among the wanted places, so its content is not kept. */
    record Unread(int from, int to) implements JsonPart {}

    /** A number, {@code true}, {@code false} or {@code null}. */
    record Single(int from, int to, JsonToken token) implements JsonPart {}

    default boolean isNull() {
        return this instanceof Single(var _, var _, JsonToken token) && token == JsonToken.VALUE_NULL;
    }
}

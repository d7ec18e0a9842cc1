package io.policyengine.policies.format.structuredfields;

import java.util.List;
import java.util.Map;

/**
 * Reads structured field values (RFC 9651). Strict, as §4.2 demands: a value is refused unless all of it is valid. Time
 * and memory are linear in the length, which is at most {@value #MAX_LENGTH} characters.
 */
public final class StructuredFields {
    /**
     * Maximum characters of a structured field value: sixteen times the string length that every parser must support.
     */
    public static final int MAX_LENGTH = 16_384;

    private StructuredFields() {}

    /**
     * Reads a dictionary.
     *
     * @param values the values of all fields with the dictionary's name, in order
     * @return the members by key, in order; if a key is repeated, its last member
     */
    public static Map<String, Member> dictionary(List<String> values) throws MalformedFieldException {
        return parser(values).dictionary();
    }

    public static List<Member> list(List<String> values) throws MalformedFieldException {
        return parser(values).list();
    }

    public static Item item(List<String> values) throws MalformedFieldException {
        return parser(values).wholeItem();
    }

    /** Writes a dictionary (§4.1.2). */
    public static String serialize(Map<String, Member> dictionary) {
        StringBuilder out = new StringBuilder();
        dictionary.forEach((key, member) -> {
            out.append(out.isEmpty() ? "" : ", ").append(key);
            if (member instanceof Item(BareItem.Bool(boolean value), Parameters parameters) && value) {
                parameters.writeTo(out);
            } else {
                out.append('=');
                member.writeTo(out);
            }
        });
        return out.toString();
    }

    private static Parser parser(List<String> values) throws MalformedFieldException {
        String text = values.size() == 1 ? values.getFirst() : String.join(",", values);
        if (text.length() > MAX_LENGTH) {
            throw new MalformedFieldException("a value of more than " + MAX_LENGTH + " characters", MAX_LENGTH);
        }
        return new Parser(text);
    }
}

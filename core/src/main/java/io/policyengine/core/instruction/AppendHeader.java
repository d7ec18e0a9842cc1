package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;

/**
 * Adds a value to a header field.
 *
 * @param name token of RFC 9110 §5.6.2
 * @param value octets, see {@link Octets}
 */
public record AppendHeader(String name, String value) implements HeaderInstruction {
    /** Converts the name to lower case. */
    public AppendHeader {
        name = HeaderMap.lowerCase(name);
    }

    /** Creates an instruction whose value is text, sent as UTF-8. */
    public static AppendHeader ofText(String name, String text) {
        return new AppendHeader(name, Octets.fromText(text));
    }
}

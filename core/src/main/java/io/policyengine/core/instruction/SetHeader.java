package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;

/**
 * Replaces all values of a header field by one.
 *
 * @param name token of RFC 9110 §5.6.2
 * @param value octets, see {@link Octets}
 */
public record SetHeader(String name, String value) implements HeaderInstruction {
    /** Converts the name to lower case. */
    public SetHeader {
        name = HeaderMap.lowerCase(name);
    }

    /** Creates an instruction whose value is text, sent as UTF-8. */
    public static SetHeader ofText(String name, String text) {
        return new SetHeader(name, Octets.fromText(text));
    }
}

package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;

/**
 * Removes all values of a header field.
 *
 * @param name token of RFC 9110 §5.6.2
 */
public record RemoveHeader(String name) implements HeaderInstruction {
    /** Converts the name to lower case. */
    public RemoveHeader {
        name = HeaderMap.lowerCase(name);
    }
}

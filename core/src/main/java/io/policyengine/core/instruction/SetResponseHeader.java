package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.List;

/**
 * Leaves a header field for the response. The request does not change. After the response policies have run, the field replaces the
 * upstream's of the same name; a later policy of the request replaces an earlier one's. An answer by which a later policy denies the
 * request has it as well, an error of the engine does not.
 *
 * <p>The engine sees the response for certain only if the policy's entry has the fact
 * {@link io.policyengine.core.policy.Fact#MARKS_RESPONSE}. Without it, the field is dropped where nothing else on the route looks at the
 * response.
 *
 * @param name token of RFC 9110 §5.6.2; not a field that describes the body, see {@link SetBody#OUTDATED_FIELDS}
 * @param value octets, see {@link Octets}
 */
public record SetResponseHeader(String name, String value) implements RequestInstruction {
    /** Converts the name to lower case. */
    public SetResponseHeader {
        name = HeaderMap.lowerCase(name);
    }

    /** A value given as text, sent in UTF-8. */
    public static SetResponseHeader ofText(String name, String text) {
        return new SetResponseHeader(name, Octets.fromText(text));
    }

    /** Returns the fields left for the response after these instructions; the same map if there are no further ones. */
    public static HeaderMap after(HeaderMap left, List<?> instructions) {
        HeaderMap after = left;
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof SetResponseHeader(String name, String value)) {
                after = after.toBuilder().set(name, value).build();
            }
        }
        return after;
    }
}

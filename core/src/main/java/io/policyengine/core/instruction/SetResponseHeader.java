package io.policyengine.core.instruction;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.util.List;

/**
 * Sets a header field of the later response; the request does not change. After the response policies have run, the
 * field replaces the upstream's field of the same name. If several request policies set the same field, the last one
 * wins. The field is also added to a later policy's denial, but not to an error of the engine.
 *
 * <p>The engine is certain to see the response only if the policy's entry declares {@link
 * io.policyengine.core.policy.Fact#MARKS_RESPONSE}. Otherwise the field is not set unless another entry of the route
 * reads the response.
 *
 * @param name token of RFC 9110 §5.6.2; not a field that describes the body, see {@link SetBody#OUTDATED_FIELDS}
 * @param value octets, see {@link Octets}
 */
public record SetResponseHeader(String name, String value) implements RequestInstruction {
    /** Converts the name to lower case. */
    public SetResponseHeader {
        name = HeaderMap.lowerCase(name);
    }

    /** Creates an instruction whose value is text, sent as UTF-8. */
    public static SetResponseHeader ofText(String name, String text) {
        return new SetResponseHeader(name, Octets.fromText(text));
    }

    /**
     * Returns the fields for the response, with the fields of these instructions added. Returns the same map if the
     * instructions set no field.
     */
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

package io.policyengine.core.instruction;

import org.jspecify.annotations.Nullable;

/**
 * Replaces the status of the response. If it is 204, 205 or 304, no body is sent.
 *
 * @param status 200 to 599
 * @param code the exact code of the denial, if the policy refuses the response and replaces it; see
 *     {@link DenialCodes}. Null if absent or illegal
 */
public record SetStatusCode(int status, @Nullable String code) implements ResponseInstruction {
    public SetStatusCode {
        code = DenialCodes.legalOrNull(code);
    }

    /** Creates a change of the status that is not a denial. */
    public SetStatusCode(int status) {
        this(status, null);
    }
}

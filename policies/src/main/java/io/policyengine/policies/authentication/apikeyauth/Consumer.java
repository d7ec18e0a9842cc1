package io.policyengine.policies.authentication.apikeyauth;

import io.policyengine.core.instruction.RequestInstruction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The owner of a key.
 *
 * @param expires time from which the key is refused; null for never
 * @param announcement instructions that carry the owner's identity to later policies and the upstream
 */
record Consumer(@Nullable Instant expires, List<RequestInstruction> announcement) {
    boolean isExpiredAt(Instant now) {
        return expires != null && !now.isBefore(expires);
    }
}

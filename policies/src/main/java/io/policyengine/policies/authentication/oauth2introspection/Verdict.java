package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import java.util.List;

/** The verdict on a token. */
sealed interface Verdict {
    /** A valid token, with the instructions that carry its identity. */
    record Accepted(List<RequestInstruction> instructions) implements Verdict {}

    /** An invalid token. */
    record Refused(TokenRefusal why) implements Verdict {}
}

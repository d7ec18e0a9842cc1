package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import java.util.List;

/** The verdict on a token. */
sealed interface IntrospectionVerdict {
    /** A valid token, with the instructions that carry its identity. */
    record Accepted(List<RequestInstruction> instructions) implements IntrospectionVerdict {}

    /** An invalid token. */
    record Refused(TokenRefusal why) implements IntrospectionVerdict {}
}

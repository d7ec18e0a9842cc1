package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import java.util.List;

sealed interface IntrospectionVerdict {
    /** A valid token, with the instructions that carry its identity. */
    record Accepted(List<RequestInstruction> instructions) implements IntrospectionVerdict {}

    record Refused(TokenRefusal why) implements IntrospectionVerdict {}
}

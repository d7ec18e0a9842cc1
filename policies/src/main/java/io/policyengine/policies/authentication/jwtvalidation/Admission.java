package io.policyengine.policies.authentication.jwtvalidation;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import java.util.List;

/** An entry's decision on a verified token. */
sealed interface Admission {
    /** The token suffices. The instructions carry its identity. */
    record Granted(List<RequestInstruction> instructions) implements Admission {}

    record Refused(TokenRefusal why) implements Admission {}
}

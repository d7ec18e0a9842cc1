package io.policyengine.policies.authentication.oauth2introspection;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import java.util.List;

/** The verdict on a token. */
sealed interface Verdict {
    /** It is good: the instructions tell others whose it is. */
    record Accepted(List<RequestInstruction> instructions) implements Verdict {}

    /** It is not. */
    record Refused(TokenRefusal why) implements Verdict {}
}

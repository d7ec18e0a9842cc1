package io.policyengine.policies.authentication.shared.jwt;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.policies.authentication.shared.credential.TokenRefusal;
import java.util.List;

/** An entry's decision on a verified token. */
public sealed interface TokenDecision {
    /** A token that meets the entry's requirements, with the instructions that carry its identity. */
    record Granted(List<RequestInstruction> instructions) implements TokenDecision {}

    /** A token that does not meet the entry's requirements, or that names no client of its issuer. */
    record Refused(TokenRefusal why) implements TokenDecision {}
}

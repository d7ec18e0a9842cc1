package io.policyengine.testkit.policy;

import io.policyengine.core.instruction.DenialCodes;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The codes with which a policy may answer. A policy that declares codes must answer with one of them; a policy without
 * declared codes may answer without a code.
 *
 * @param none true if the policy declares no codes
 */
record DeclaredCodes(boolean none, Predicate<String> declares) {
    static <P extends Record> DeclaredCodes of(PolicyFactory<P> factory, P params) {
        return new DeclaredCodes(factory.denialCodes().isEmpty(), code -> factory.deniesWith(code, params));
    }

    /** Returns the outcome. Fails if the outcome is an answer without a declared code. */
    RequestOutcome checked(RequestOutcome outcome) {
        if (outcome instanceof RequestOutcome.Respond respond) {
            check(respond.response());
        }
        return outcome;
    }

    /** Returns the outcome. Fails if the outcome replaces the response with a code that is not declared. */
    ResponseOutcome checked(ResponseOutcome outcome) {
        outcome.instructions().forEach(instruction -> {
            if (instruction instanceof SetStatusCode set && set.code() != null) {
                check(set.status(), set.code());
            }
        });
        return outcome;
    }

    /** Fails if the answer has no declared code. */
    void check(ImmediateResponse answer) {
        check(answer.status(), answer.code());
    }

    private void check(int status, @Nullable String code) {
        boolean isUnspecified = code == null || code.equals(DenialCodes.UNSPECIFIED);
        if (none ? !isUnspecified : code == null || !declares.test(code)) {
            throw new AssertionError("the policy answers " + status + " with the code " + code
                    + ", which its @Descriptor does not declare in codes");
        }
    }
}

package io.policyengine.policies.message.addsecurityheaders;

import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.vertx.core.Future;
import java.util.List;

/** Sets the same header fields on each response. They replace the upstream's fields with equal names. */
final class AddSecurityHeadersPolicy implements Policy {
    private final Future<ResponseOutcome> outcome;

    AddSecurityHeadersPolicy(List<ResponseInstruction> instructions) {
        this.outcome = ResponseOutcome.proceed(instructions);
    }

    @Override
    public Future<ResponseOutcome> onResponse(ResponseContext context) {
        return outcome;
    }
}

package io.policyengine.policies.traffic.idempotency;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.StoredAnswerReason;
import io.policyengine.policies.traffic.shared.storedresponse.KeptAnswer;

final class Replay {
    static final String FIELD = "idempotency-replayed";

    private static final String REASON = StoredAnswerReason.IDEMPOTENCY_REPLAY.code();

    private Replay() {}

    static ImmediateResponse of(KeptAnswer answer) {
        return new ImmediateResponse(answer.status(), answer.headers(), answer.body(), REASON)
                .withCode(IdempotencyCode.IDEMPOTENCY_REPLAYED)
                .withHeader(FIELD, "true");
    }
}

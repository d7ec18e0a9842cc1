package io.policyengine.core.chain.run;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.MessageView;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** A complete body that is passed as a single chunk to the filter of a policy that can only stream. */
final class WholeBody<C, O> {
    private final PhaseSteps<C, O> steps;
    private final O decided;
    private final ChunkStage stage;
    private final Buffer body;
    private final boolean isComplete;

    /**
     * Creates a body to be filtered.
     * @param decided the policy's outcome for the message
     * @param isComplete see {@link MessageView#hasWholeBody}
     */
    WholeBody(PhaseSteps<C, O> steps, O decided, ChunkStage stage, Buffer body, boolean isComplete) {
        this.steps = steps;
        this.decided = decided;
        this.stage = stage;
        this.body = body;
        this.isComplete = isComplete;
    }

    @Nullable
    Future<?> filter() {
        return stage.call(body, true, isComplete);
    }

    /** Combines the policy's outcomes for the message and for the body. */
    O outcomeAfter(RequestChunkOutcome outcome) {
        return switch (outcome) {
            case ChunkOutcome.Pass _ -> decided;
            case ChunkOutcome.Replace(Buffer data) -> steps.withBody(decided, new SetBody(data, null));
            case ChunkOutcome.End(Buffer data) -> steps.withBody(decided, new SetBody(data, null));
            case ChunkOutcome.Drop _ -> steps.withBody(decided, new SetBody(Buffer.buffer(), null));
            case ChunkOutcome.Hold _ ->
                throw new PolicyException(ErrorCode.INVALID_INSTRUCTION, EntryFailures.HELD_LAST);
            case RequestChunkOutcome.Respond(var response) -> steps.denial(decided, response);
        };
    }

    void close() {
        stage.close();
    }
}

package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps in which running a request chain and a response chain differ.
 *
 * @param <C> what a policy sees
 * @param <O> what a policy decides
 */
interface PhaseSteps<C, O> {
    /** The call that the context belongs to. */
    Call call(C context);

    /** Returns a copy of the context with another call. */
    C withCall(C context, Call call);

    /** Metadata that a policy sees. */
    Metadata metadata(C context);

    /** The part of the context that the entry's policy is shown; the chain goes on with all of it. */
    C shownTo(BoundEntry entry, C context);

    /** Runs the policy. */
    Future<O> run(Policy policy, C context);

    /** True if the condition is true of what the policy would see. */
    boolean holds(Expression<Boolean> condition, C context);

    /** Go on, nothing changes. */
    Future<O> unchanged();

    /** An answer of the policy as an outcome. */
    O outcome(Object answer);

    /** The policy's filter for a body; null if it breaks its contract. */
    @Nullable
    ChunkFilter<? extends RequestChunkOutcome> open(Policy policy, C context);

    /** The instructions of the outcome. */
    List<?> instructions(O outcome);

    /** The reason why the outcome's instructions, or its immediate response, are illegal or too large; or null. */
    @Nullable
    EntryFailure check(O outcome, C context, ChainLimits limits);

    /** True if the next policy sees something else after this outcome. */
    default boolean changes(O outcome) {
        return !instructions(outcome).isEmpty();
    }

    /** True if the chain ends with this outcome. */
    boolean ends(O outcome);

    /** True if the outcome answers the client. */
    boolean denies(O outcome);

    /** True if a chunk of a body may be answered to the client. */
    boolean answersClient();

    /** The outcome of a policy that answers the client on looking at the body, where that {@link #answersClient may be}. */
    O denial(O outcome, ImmediateResponse response);

    /** The outcome with one more instruction. */
    O withBody(O outcome, SetBody body);

    /** The context with the whole body. */
    C onBody(C context, Buffer whole);

    /** The body that the context shows, or null. */
    @Nullable
    Buffer body(C context);

    /** The body after the outcome, or null. */
    default @Nullable Buffer bodyAfter(O outcome, C context) {
        Buffer body = body(context);
        for (Object instruction : instructions(outcome)) {
            if (instruction instanceof SetBody set) {
                body = set.body();
            }
        }
        return body;
    }

    /** The context that the next policy sees. */
    C after(O outcome, Metadata metadata, C context);

    /** Metadata after the outcome. */
    default Metadata metadataAfter(O outcome, C context) {
        return metadata(context).after(instructions(outcome));
    }

    /** True if the outcome changes metadata. */
    default boolean changesMetadata(O outcome) {
        for (Object instruction : instructions(outcome)) {
            if (instruction instanceof SetMetadata) {
                return true;
            }
        }
        return false;
    }

    /** An illegal instruction as a failure; null stays null. */
    static @Nullable EntryFailure illegal(@Nullable String problem) {
        return problem == null ? null : new EntryFailure(ErrorCode.INVALID_INSTRUCTION, problem);
    }

    /** The reason why a body that an instruction sets is too large, or null. */
    static @Nullable EntryFailure checkSize(Object instruction, ChainLimits limits) {
        return instruction instanceof CommonInstruction && instruction instanceof SetBody body
                ? checkBody("SetBody", body.body().length(), limits)
                : null;
    }

    /** The reason why an immediate response is illegal or too large, or null. */
    static @Nullable EntryFailure checkResponse(ImmediateResponse response, ChainLimits limits) {
        EntryFailure illegal = illegal(Instructions.check(response));
        return illegal != null
                ? illegal
                : checkBody("ImmediateResponse", response.body().length(), limits);
    }

    /** The reason why a body is too large, or null. */
    static @Nullable EntryFailure checkBody(String instruction, long size, ChainLimits limits) {
        return size <= limits.maxBodySize()
                ? null
                : new EntryFailure(
                        ErrorCode.BODY_TOO_LARGE,
                        instruction + " of " + size + " bytes, at most " + limits.maxBodySize() + " are allowed");
    }
}

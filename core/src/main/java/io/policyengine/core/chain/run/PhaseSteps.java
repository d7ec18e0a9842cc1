package io.policyengine.core.chain.run;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.SendableResponse;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a run that differ between requests, responses and trailers.
 * @param <C> the input of a policy
 * @param <O> the outcome of a policy
 */
interface PhaseSteps<C, O> {
    Call call(C context);

    C withCall(C context, Call call);

    /** Returns the request as it is known in this phase. */
    RequestView request(C context);

    /**
     * Returns the response with which an outcome denies, or null. In the response phase, returns the status and code
     * that replace those of a refused response, without a body.
     */
    default @Nullable ImmediateResponse denial(O outcome) {
        return null;
    }

    Metadata metadata(C context);

    /**
     * Returns the context without the parts that the entry's policy must not see. The chain itself continues with the
     * complete context.
     */
    C shownTo(BoundEntry entry, C context);

    Future<O> run(Policy policy, C context);

    /** Evaluates a condition on the policy's input. */
    boolean holds(Expression<Boolean> condition, C context);

    Future<O> unchanged();

    /** Casts the policy's result to an outcome. */
    O outcome(Object answer);

    /** Opens the policy's filter for a body; null if the policy violates its contract. */
    @Nullable
    ChunkFilter<? extends RequestChunkOutcome> open(Policy policy, C context);

    List<?> instructions(O outcome);

    /**
     * Returns the reason why the outcome's instructions are illegal or too large, or null. An outcome that denies is
     * checked after {@link #sendable}.
     */
    @Nullable
    EntryFailure check(O outcome, C context, ChainLimits limits);

    /**
     * Returns a denying outcome without the parts that cannot be sent or applied, since a denial never becomes a
     * failure. From any other outcome that answers the client, only illegal instructions are removed.
     *
     * @param leftOut receives the reasons for the omitted parts
     */
    default O sendable(O outcome, C context, ChainLimits limits, Consumer<String> leftOut) {
        return outcome;
    }

    /** Returns a denying outcome without its instructions. */
    default O withoutInstructions(O outcome) {
        return outcome;
    }

    /** Returns whether the outcome changes the input of the next policy. */
    default boolean changes(O outcome) {
        return !instructions(outcome).isEmpty();
    }

    boolean ends(O outcome);

    boolean denies(O outcome);

    /** Returns whether a policy may still respond to the client when it reads a chunk of the body. */
    boolean answersClient();

    /**
     * Returns the outcome of a policy that responds to the client because of the body. Called only if {@link
     * #answersClient} is true.
     */
    O denial(O outcome, ImmediateResponse response);

    O withBody(O outcome, SetBody body);

    C onBody(C context, Buffer whole);

    @Nullable
    Buffer body(C context);

    default @Nullable Buffer bodyAfter(O outcome, C context) {
        Buffer body = body(context);
        for (Object instruction : instructions(outcome)) {
            if (instruction instanceof SetBody set) {
                body = set.body();
            }
        }
        return body;
    }

    /**
     * Returns whether the message has its complete body, see
     * {@link io.policyengine.core.http.MessageView#hasWholeBody}.
     */
    boolean hasWholeBody(C context);

    /**
     * Returns whether the body is complete after this outcome: the policy set it, or the message's own body is
     * complete.
     */
    default boolean isComplete(O outcome, C context) {
        for (Object instruction : instructions(outcome)) {
            if (instruction instanceof SetBody) {
                return true;
            }
        }
        return hasWholeBody(context);
    }

    /** Returns the input of the next policy, after this outcome of the entry. */
    C after(BoundEntry entry, O outcome, Metadata metadata, C context);

    default Metadata metadataAfter(O outcome, C context) {
        return metadata(context).after(instructions(outcome));
    }

    default boolean changesMetadata(O outcome) {
        for (Object instruction : instructions(outcome)) {
            if (instruction instanceof SetMetadata) {
                return true;
            }
        }
        return false;
    }

    /** Converts the problem of an illegal instruction to a failure; null stays null. */
    static @Nullable EntryFailure illegal(@Nullable String problem) {
        return problem == null ? null : new EntryFailure(ErrorCode.INVALID_INSTRUCTION, problem);
    }

    /** Returns a failure if an instruction sets a body that is too large, otherwise null. */
    static @Nullable EntryFailure checkSize(Object instruction, ChainLimits limits) {
        return instruction instanceof CommonInstruction && instruction instanceof SetBody body
                ? checkBody("SetBody", body.body().length(), limits)
                : null;
    }

    /**
     * Returns a denial without the parts that cannot be sent. Any other response is returned unchanged and unchecked.
     */
    static SendableResponse sendable(ImmediateResponse response, ChainLimits limits) {
        return response.isDenial()
                ? SendableResponse.legal(response, limits.maxBodySize())
                : new SendableResponse(response, List.of());
    }

    /** Returns the failure if a response other than a denial cannot be sent unchanged, otherwise null. */
    static @Nullable EntryFailure checkResponse(ImmediateResponse response, ChainLimits limits) {
        if (response.isDenial()) {
            return null;
        }
        String fault = SendableResponse.legal(response, limits.maxBodySize()).fault();
        return fault == null
                ? checkBody("ImmediateResponse", response.body().length(), limits)
                : new EntryFailure(ErrorCode.INVALID_RESPONSE, fault);
    }

    static @Nullable EntryFailure checkBody(String instruction, long size, ChainLimits limits) {
        return size <= limits.maxBodySize()
                ? null
                : new EntryFailure(
                        ErrorCode.BODY_TOO_LARGE,
                        instruction + " of " + size + " bytes, at most " + limits.maxBodySize() + " are allowed");
    }
}

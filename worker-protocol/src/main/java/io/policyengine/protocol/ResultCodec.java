package io.policyengine.protocol;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.ResponseEntryResult;
import io.policyengine.proto.worker.v1.ResponseResult;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Results of calls. They are read with distrust: an illegal instruction fails its entry; a result that leaves open what became of an
 * entry is invalid as a whole, since a chain cut short must not be taken for one that ended.
 */
public final class ResultCodec {
    private ResultCodec() {}

    /** The answer to {@link WorkerMethod#EXECUTE_REQUEST}. */
    public static Buffer encodeRequest(SegmentResult<RequestOutcome> result) {
        return Wire.buffer(request(result, false));
    }

    /**
     * What became of a unary request call.
     *
     * @param expected entries that were to run
     * @throws WorkerException of kind INVALID_ANSWER if it makes no sense
     */
    public static SegmentResult<RequestOutcome> decodeRequest(Buffer encoded, int expected) {
        return request(Wire.answer(RequestResult.parser(), encoded), expected);
    }

    /** The answer to {@link WorkerMethod#EXECUTE_RESPONSE}. */
    public static Buffer encodeResponse(SegmentResult<ResponseOutcome> result) {
        return Wire.buffer(response(result, false));
    }

    /** What became of a unary response call; see {@link #decodeRequest}. */
    public static SegmentResult<ResponseOutcome> decodeResponse(Buffer encoded, int expected) {
        return response(Wire.answer(ResponseResult.parser(), encoded), expected);
    }

    /** A result; {@code takesChunks} says that chunks of the body are wanted. */
    static RequestResult request(SegmentResult<RequestOutcome> result, boolean takesChunks) {
        RequestResult.Builder wire = RequestResult.newBuilder().setTakesChunks(takesChunks);
        for (EntryResult<RequestOutcome> entry : result.entries()) {
            wire.addEntries(
                    switch (entry) {
                        case EntryResult.Completed<RequestOutcome>(var outcome) -> RequestOutcomeCodec.encode(outcome);
                        case EntryResult.Failed<RequestOutcome>(var failure) ->
                            RequestEntryResult.newBuilder()
                                    .setFailure(encode(failure))
                                    .build();
                    });
        }
        return wire.build();
    }

    static SegmentResult<RequestOutcome> request(RequestResult result, int expected) {
        List<EntryResult<RequestOutcome>> entries = new ArrayList<>(result.getEntriesCount());
        for (RequestEntryResult entry : result.getEntriesList()) {
            requireOpen(!entries.isEmpty() && ends(entries.getLast()));
            entries.add(decode(entry));
        }
        requireEnd(entries.size(), expected, !entries.isEmpty() && isProceed(entries.getLast()));
        return new SegmentResult<>(List.copyOf(entries));
    }

    private static EntryResult<RequestOutcome> decode(RequestEntryResult entry) {
        if (entry.hasFailure()) {
            return new EntryResult.Failed<>(decode(entry.getFailure()));
        }
        try {
            return new EntryResult.Completed<>(RequestOutcomeCodec.decode(entry));
        } catch (IllegalInstructionException illegal) {
            return new EntryResult.Failed<>(failure(illegal));
        }
    }

    /** See {@link #request(SegmentResult, boolean)}. */
    static ResponseResult response(SegmentResult<ResponseOutcome> result, boolean takesChunks) {
        ResponseResult.Builder wire = ResponseResult.newBuilder().setTakesChunks(takesChunks);
        for (EntryResult<ResponseOutcome> entry : result.entries()) {
            wire.addEntries(
                    switch (entry) {
                        case EntryResult.Completed<ResponseOutcome>(var outcome) ->
                            ResponseOutcomeCodec.encode(outcome);
                        case EntryResult.Failed<ResponseOutcome>(var failure) ->
                            ResponseEntryResult.newBuilder()
                                    .setFailure(encode(failure))
                                    .build();
                    });
        }
        return wire.build();
    }

    static SegmentResult<ResponseOutcome> response(ResponseResult result, int expected) {
        List<EntryResult<ResponseOutcome>> entries = new ArrayList<>(result.getEntriesCount());
        for (ResponseEntryResult entry : result.getEntriesList()) {
            requireOpen(!entries.isEmpty() && ends(entries.getLast()));
            entries.add(decode(entry));
        }
        requireEnd(entries.size(), expected, !entries.isEmpty() && isProceed(entries.getLast()));
        return new SegmentResult<>(List.copyOf(entries));
    }

    private static EntryResult<ResponseOutcome> decode(ResponseEntryResult entry) {
        if (entry.hasFailure()) {
            return new EntryResult.Failed<>(decode(entry.getFailure()));
        }
        try {
            return new EntryResult.Completed<>(ResponseOutcomeCodec.decode(entry));
        } catch (IllegalInstructionException illegal) {
            return new EntryResult.Failed<>(failure(illegal));
        }
    }

    private static boolean ends(EntryResult<?> entry) {
        return entry instanceof EntryResult.Completed<?> && !isProceed(entry);
    }

    private static boolean isProceed(EntryResult<?> entry) {
        return entry instanceof EntryResult.Completed<?> completed
                && (completed.outcome() instanceof RequestOutcome.Proceed
                        || completed.outcome() instanceof ResponseOutcome.Proceed);
    }

    private static void requireOpen(boolean ended) {
        if (ended) {
            throw new WorkerException(Kind.INVALID_ANSWER, "a result goes on after the entry that ended it");
        }
    }

    private static void requireEnd(int entries, int expected, boolean endsOpen) {
        if (entries == 0 || entries > expected) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER, "a result has " + entries + " entries where " + expected + " were to run");
        }
        if (entries < expected && endsOpen) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER,
                    "a result stops after " + entries + " of " + expected + " entries and does not say why");
        }
    }

    static io.policyengine.proto.worker.v1.EntryFailure encode(EntryFailure failure) {
        return io.policyengine.proto.worker.v1.EntryFailure.newBuilder()
                .setCode(failure.code().name())
                .setMessage(failure.message())
                .build();
    }

    /** A code that no entry can have, or that only a newer worker knows, is told in the message of a general one. */
    static EntryFailure decode(io.policyengine.proto.worker.v1.EntryFailure wire) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.isOfEntries() && code.name().equals(wire.getCode())) {
                return new EntryFailure(code, wire.getMessage());
            }
        }
        return new EntryFailure(ErrorCode.POLICY_ERROR, wire.getCode() + ": " + wire.getMessage());
    }

    private static EntryFailure failure(IllegalInstructionException illegal) {
        return new EntryFailure(ErrorCode.INVALID_INSTRUCTION, String.valueOf(illegal.getMessage()));
    }
}

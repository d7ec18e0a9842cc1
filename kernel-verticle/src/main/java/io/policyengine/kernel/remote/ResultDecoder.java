package io.policyengine.kernel.remote;

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
import java.util.ArrayList;
import java.util.List;

/**
 * Reads results, distrustful. An illegal instruction fails its entry; a result that leaves open what became of an entry is
 * invalid as a whole, since a chain cut short must not be taken for one that ended.
 */
final class ResultDecoder {
    private ResultDecoder() {}

    /**
     * What became of a request call.
     *
     * @param expected entries that were to run
     * @throws WorkerException of kind INVALID_ANSWER if it makes no sense
     */
    static SegmentResult<RequestOutcome> request(RequestResult result, int expected) {
        List<EntryResult<RequestOutcome>> entries = new ArrayList<>(result.getEntriesCount());
        for (RequestEntryResult entry : result.getEntriesList()) {
            requireOpen(!entries.isEmpty() && endsRequest(entries.getLast()));
            entries.add(request(entry));
        }
        requireEnd(entries.size(), expected, !entries.isEmpty() && isProceed(entries.getLast()));
        return new SegmentResult<>(List.copyOf(entries));
    }

    /** What became of a response call; see {@link #request(RequestResult, int)}. */
    static SegmentResult<ResponseOutcome> response(ResponseResult result, int expected) {
        List<EntryResult<ResponseOutcome>> entries = new ArrayList<>(result.getEntriesCount());
        for (ResponseEntryResult entry : result.getEntriesList()) {
            requireOpen(!entries.isEmpty() && endsResponse(entries.getLast()));
            entries.add(response(entry));
        }
        requireEnd(entries.size(), expected, !entries.isEmpty() && isProceed(entries.getLast()));
        return new SegmentResult<>(List.copyOf(entries));
    }

    private static EntryResult<RequestOutcome> request(RequestEntryResult entry) {
        if (entry.hasFailure()) {
            return new EntryResult.Failed<>(failure(entry.getFailure()));
        }
        try {
            return new EntryResult.Completed<>(InstructionDecoder.request(entry.getInstructionsList()));
        } catch (IllegalInstructionException illegal) {
            return new EntryResult.Failed<>(illegal(illegal));
        }
    }

    private static EntryResult<ResponseOutcome> response(ResponseEntryResult entry) {
        if (entry.hasFailure()) {
            return new EntryResult.Failed<>(failure(entry.getFailure()));
        }
        try {
            return new EntryResult.Completed<>(InstructionDecoder.response(entry.getInstructionsList()));
        } catch (IllegalInstructionException illegal) {
            return new EntryResult.Failed<>(illegal(illegal));
        }
    }

    private static boolean endsRequest(EntryResult<RequestOutcome> entry) {
        return entry instanceof EntryResult.Completed<RequestOutcome> && !isProceed(entry);
    }

    private static boolean endsResponse(EntryResult<ResponseOutcome> entry) {
        return entry instanceof EntryResult.Completed<ResponseOutcome> && !isProceed(entry);
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

    static EntryFailure failure(io.policyengine.proto.worker.v1.EntryFailure wire) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.isOfEntries() && code.name().equals(wire.getCode())) {
                return new EntryFailure(code, wire.getMessage());
            }
        }
        return new EntryFailure(ErrorCode.POLICY_ERROR, wire.getCode() + ": " + wire.getMessage());
    }

    private static EntryFailure illegal(IllegalInstructionException illegal) {
        return new EntryFailure(ErrorCode.INVALID_INSTRUCTION, String.valueOf(illegal.getMessage()));
    }
}

package io.policyengine.protocol;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.EntryTimes;
import io.policyengine.core.chain.SegmentResult;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.policy.TrailersOutcome;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes and decodes what the results of all phases have in common. The decoder does not trust the worker: an illegal
 * instruction fails its entry. A result without a clear outcome for each entry is invalid, so an incomplete run is
 * never mistaken for a complete one.
 */
final class ResultCodec {
    private ResultCodec() {}

    static <E, O> E encode(EntryCodec<E, O> codec, EntryResult<O> entry) {
        return switch (entry) {
            case EntryResult.Completed<O>(O outcome) -> codec.encode(outcome);
            case EntryResult.Failed<O>(EntryFailure failure) -> codec.encode(encode(failure));
            case EntryResult.Skipped<O> _ -> codec.skipped();
        };
    }

    /**
     * Decodes the result of a call.
     *
     * @param expected the number of entries that the call was to run
     * @param began the reported start times of entries
     * @param took the reported durations of entries
     * @throws WorkerException of kind INVALID_ANSWER if the result is inconsistent
     */
    static <E, O> SegmentResult<O> decode(
            EntryCodec<E, O> codec, List<E> written, int expected, List<Long> began, List<Long> took) {
        List<EntryResult<O>> entries = new ArrayList<>(written.size());
        for (E entry : written) {
            requireOpen(!entries.isEmpty() && ends(entries.getLast()));
            entries.add(decode(codec, entry));
        }
        requireEnd(entries.size(), expected, !entries.isEmpty() && isProceed(entries.getLast()));
        return new SegmentResult<>(List.copyOf(entries), times(entries.size(), began, took));
    }

    /** Returns the times of entries. They are unknown unless exactly one time is reported for each entry. */
    private static EntryTimes times(int entries, List<Long> began, List<Long> took) {
        if (began.size() != entries || took.size() != entries) {
            return EntryTimes.UNKNOWN;
        }
        long[] packed = new long[entries];
        for (int i = 0; i < entries; i++) {
            packed[i] = EntryTimes.pack(began.get(i), took.get(i));
        }
        return EntryTimes.of(packed, entries);
    }

    private static <E, O> EntryResult<O> decode(EntryCodec<E, O> codec, E entry) {
        io.policyengine.proto.worker.v1.EntryFailure failure = codec.failure(entry);
        if (failure != null) {
            return new EntryResult.Failed<>(decode(failure));
        }
        if (codec.isSkipped(entry)) {
            return new EntryResult.Skipped<>();
        }
        try {
            return new EntryResult.Completed<>(codec.decode(entry));
        } catch (IllegalInstructionException illegal) {
            return new EntryResult.Failed<>(
                    new EntryFailure(ErrorCode.INVALID_INSTRUCTION, String.valueOf(illegal.getMessage())));
        }
    }

    private static boolean ends(EntryResult<?> entry) {
        return entry instanceof EntryResult.Completed<?> && !isProceed(entry);
    }

    private static boolean isProceed(EntryResult<?> entry) {
        return switch (entry) {
            case EntryResult.Completed<?>(Object outcome) ->
                outcome instanceof RequestOutcome.Proceed
                        || outcome instanceof ResponseOutcome.Proceed
                        || outcome instanceof TrailersOutcome;
            case EntryResult.Skipped<?> _ -> true;
            case EntryResult.Failed<?> _ -> false;
        };
    }

    private static void requireOpen(boolean ended) {
        if (ended) {
            throw new WorkerException(Kind.INVALID_ANSWER, "a result has entries after the one that ended it");
        }
    }

    private static void requireEnd(int entries, int expected, boolean endsOpen) {
        if (entries == 0 || entries > expected) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER, "a result has " + entries + " entries, but " + expected + " were to run");
        }
        if (entries < expected && endsOpen) {
            throw new WorkerException(
                    Kind.INVALID_ANSWER,
                    "a result stops after " + entries + " of " + expected + " entries without a reason");
        }
    }

    static io.policyengine.proto.worker.v1.EntryFailure encode(EntryFailure failure) {
        return io.policyengine.proto.worker.v1.EntryFailure.newBuilder()
                .setCode(failure.code().name())
                .setMessage(failure.message())
                .build();
    }

    /**
     * Decodes the failure of an entry. If the received code is unknown or not permitted for entries, it is replaced by
     * a general code, and the message contains it.
     */
    static EntryFailure decode(io.policyengine.proto.worker.v1.EntryFailure wire) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.isOfEntries() && code.name().equals(wire.getCode())) {
                return new EntryFailure(code, TextTruncation.beginning(wire.getMessage()));
            }
        }
        return new EntryFailure(
                ErrorCode.POLICY_ERROR, TextTruncation.beginning(wire.getCode() + ": " + wire.getMessage()));
    }
}

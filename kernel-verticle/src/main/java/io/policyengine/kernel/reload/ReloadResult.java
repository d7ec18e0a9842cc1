package io.policyengine.kernel.reload;

import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ToldProblems;
import io.policyengine.kernel.generation.Origin;
import java.time.Instant;
import java.util.List;

/**
 * The result of a configuration, of whose problems it holds no more than are told.
 *
 * @param hash of its texts, by the key of the state directory
 * @param generation the one that is active after it
 * @param told why it was rejected; warnings, if it was not
 */
public record ReloadResult(
        Status status, Origin origin, Instant time, String hash, long generation, ToldProblems told) {
    /** The same, with more that is pointed out. */
    public ReloadResult with(List<Problem> more) {
        return with(ToldProblems.of(more));
    }

    /** The same, with more that is pointed out. */
    public ReloadResult with(ToldProblems more) {
        return new ReloadResult(status, origin, time, hash, generation, told.and(more));
    }

    /** The problems that are told. */
    public List<Problem> problems() {
        return told.first();
    }

    /** The kinds of results: values of the label {@code status}. */
    public enum Status {
        /** A new generation is active. */
        SUCCESS,
        /** It says what the running one says, or what it said when a rollback pinned the running one. */
        UNCHANGED,
        /** It cannot be used, and the running generation stays. */
        FAILURE
    }
}

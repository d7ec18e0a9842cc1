package io.policyengine.kernel.reload;

import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.kernel.generation.Origin;
import java.time.Instant;
import java.util.List;

/**
 * The result of a reload, with its reported problems.
 *
 * @param hash of its texts, by the key of the state directory
 * @param generation the active one afterwards
 * @param told the reasons of a rejection, else warnings
 */
public record ReloadResult(
        Status status, Origin origin, Instant time, String hash, long generation, ReportedProblems told) {
    /** Returns a copy with additional problems. */
    public ReloadResult with(List<Problem> more) {
        return with(ReportedProblems.of(more));
    }

    /** Returns a copy with additional problems. */
    public ReloadResult with(ReportedProblems more) {
        return new ReloadResult(status, origin, time, hash, generation, told.and(more));
    }

    /** The reported problems. */
    public List<Problem> problems() {
        return told.first();
    }

    /** The kinds of results: values of the label {@code status}. */
    public enum Status {
        /** A new generation is active. */
        SUCCESS,
        /** The configuration equals the running one, or the files at the time of a pinned rollback. */
        UNCHANGED,
        /** The configuration is unusable, and the running generation stays. */
        FAILURE
    }
}

package io.policyengine.kernel.reload;

import io.policyengine.core.error.Problem;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.kernel.change.RouteRefusals;
import io.policyengine.kernel.generation.Origin;
import java.time.Instant;
import java.util.List;

/**
 * The result of a reload, with the problems found.
 *
 * @param hash the hash of the configuration's texts, made with the state directory's key
 * @param generation the id of the generation that is active afterwards
 * @param told the reasons for a rejection; without a rejection, warnings and the problems of parts that were left out
 * @param refusals the served requests that the configuration would refuse, so that it, or a part of it, is not in force
 */
public record ReloadResult(
        Status status,
        Origin origin,
        Instant time,
        String hash,
        long generation,
        ReportedProblems told,
        RouteRefusals refusals) {
    public ReloadResult with(List<Problem> more) {
        return with(ReportedProblems.of(more));
    }

    /** Returns a copy with additional problems. */
    public ReloadResult with(ReportedProblems more) {
        return new ReloadResult(status, origin, time, hash, generation, told.and(more), refusals);
    }

    public List<Problem> problems() {
        return told.first();
    }

    /** The kinds of results; the values of the metrics' label {@code status}. */
    public enum Status {
        /** A new generation is active. */
        SUCCESS,
        /** The configuration equals the running one, or the files have not changed since a rollback. */
        UNCHANGED,
        /** The configuration is unusable, and the running generation stays active. */
        FAILURE
    }
}

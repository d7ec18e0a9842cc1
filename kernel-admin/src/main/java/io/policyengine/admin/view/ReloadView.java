package io.policyengine.admin.view;

import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.params.Doc;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.reload.ReloadResult;
import java.util.List;

/** The result of a change to the configuration. */
@Doc("The result of a change to the configuration.")
public record ReloadView(
        @Doc("`success`: a new generation is active; `unchanged`: the configuration equals the running one (again,"
                + " after a rejected change), or the files have not changed since a rollback; `failure`: the configuration was rejected as a"
                + " whole, and the running one stays.")
        ReloadResult.Status status,

        @Doc("The event that caused the change.") Origin origin,
        @Doc("Time of the change, ISO 8601.") String time,

        @Doc("Hash of the configuration's texts; comparable with other hashes of the same state directory.")
        String hash,

        @Doc("The generation that is active after the change.")
        long generation,

        @Doc("Number of problems, if the change was rejected as a whole or in part; else number of warnings.")
        int problemCount,

        @Doc(ProblemView.TOLD) List<ProblemView> problems,

        @Doc("Served routes that the change would refuse, so that it was rejected, or a part of it is not in force"
                + " (`on_refused_route: keep`): the first " + ReportedProblems.MAX + ".")
        List<RejectedRouteView> rejected) {
    public static ReloadView of(ReloadResult result) {
        return new ReloadView(
                result.status(),
                result.origin(),
                result.time().toString(),
                result.hash(),
                result.generation(),
                result.told().count(),
                ProblemView.of(result.told()),
                RejectedRouteView.of(result.refusals()));
    }
}

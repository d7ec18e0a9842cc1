package io.policyengine.admin.view;

import io.policyengine.core.error.ReportedProblems;
import io.policyengine.core.params.Doc;
import io.policyengine.kernel.change.RouteRefusals;
import java.util.List;

/** A served route whose requests a change would refuse. */
@Doc("A served route whose requests a change would refuse.")
public record RejectedRouteView(
        @Doc("The route's name in the configuration in force.")
        String route,

        @Doc("The problems of the route policy that would refuse the requests, with locations.")
        List<ProblemView> problems) {
    /** Creates views of the first routes, up to the maximum. */
    public static List<RejectedRouteView> of(RouteRefusals refusals) {
        return refusals.refused().stream()
                .limit(ReportedProblems.MAX)
                .map(refused ->
                        new RejectedRouteView(refused.route(), ProblemView.of(ReportedProblems.of(refused.problems()))))
                .toList();
    }
}

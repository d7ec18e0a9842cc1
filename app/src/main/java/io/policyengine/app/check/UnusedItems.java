package io.policyengine.app.check;

import io.policyengine.core.config.AcceptConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.error.Problem;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.who.Acknowledged;
import io.policyengine.core.who.RouteAnswer;
import io.policyengine.core.who.Who;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds items of {@code accept} without effect: they match no bypass of their routes' policies, with or without
 * overrides.
 */
final class UnusedItems {
    private UnusedItems() {}

    /** Returns a warning for each item of {@code accept} that has no effect. */
    static List<Problem> problems(List<LintRoute> routes, Overrides overrides) {
        Who overridden = new Who(overrides);
        Who written = new Who(overrides.ended());
        List<Problem> problems = new ArrayList<>();
        for (LintRoute route : routes) {
            if (!route.config().accepted().isEmpty()) {
                RouteAnswer answer = written.of(route);
                Acknowledged acknowledged = Acknowledged.of(route);
                List<AcceptConfig> unused = new ArrayList<>(acknowledged.unused(answer));
                unused.retainAll(acknowledged.unused(overridden.of(route)));
                unused.forEach(item -> problems.add(Problem.warning(
                        item.location(),
                        acknowledged.differsInCondition(item, answer)
                                ? "a condition that this item of 'accept' quotes has changed, so the item has no "
                                        + "effect: if its reason still applies, set its 'condition' to the current "
                                        + "'when'"
                                : "no message bypasses the policies in the way that this item of 'accept' names: "
                                        + "remove it, or replace it by the item that 'policy-engine who' prints")));
            }
        }
        return problems;
    }
}

package io.policyengine.app.who.trial;

import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.Phase;
import java.util.List;

/**
 * A route whose openings are tried.
 *
 * @param name the route's name in the trial, with which the names of its stand-ins begin
 */
record TrialRoute(String name, LintRoute route) {
    /** Returns the name of the stand-in policy for an entry. */
    String standIn(Phase phase, int entry) {
        return name + (phase == Phase.REQUEST ? "q" : "s") + entry;
    }

    List<LintEntry> flow(Phase phase) {
        return switch (phase) {
            case REQUEST -> route.request();
            case RESPONSE -> route.response();
        };
    }
}

package io.policyengine.core.lint;

import io.policyengine.core.config.RouteConfig;
import java.util.List;

/** A route with the facts about the entries of its flows, in order. */
public record LintRoute(RouteConfig config, List<LintEntry> request, List<LintEntry> response) {
    public LintRoute {
        request = List.copyOf(request);
        response = List.copyOf(response);
    }
}

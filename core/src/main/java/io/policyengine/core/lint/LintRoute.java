package io.policyengine.core.lint;

import io.policyengine.core.config.RouteConfig;
import java.util.List;

/** A route with the entries of its flows, in order, and their facts. */
public record LintRoute(RouteConfig config, List<LintEntry> request, List<LintEntry> response) {
    public LintRoute {
        request = List.copyOf(request);
        response = List.copyOf(response);
    }
}

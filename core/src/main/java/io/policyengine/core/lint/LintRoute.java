package io.policyengine.core.lint;

import io.policyengine.core.config.RouteConfig;
import java.util.List;

/** A route with what is known about the entries of its flows, in their order. */
public record LintRoute(RouteConfig config, List<LintEntry> request, List<LintEntry> response) {
    /** Copies. */
    public LintRoute {
        request = List.copyOf(request);
        response = List.copyOf(response);
    }
}

package io.policyengine.core.lint;

import io.policyengine.core.config.RouteConfig;
import java.util.List;
import java.util.stream.Stream;

/** A route with the entries of its flows, in order, and their facts. */
public record LintRoute(RouteConfig config, List<LintEntry> request, List<LintEntry> response) {
    public LintRoute {
        request = List.copyOf(request);
        response = List.copyOf(response);
    }

    /** Returns whether the facts of each entry are known. */
    public boolean isKnown() {
        return Stream.of(request, response).flatMap(List::stream).allMatch(entry -> entry.facts() != null);
    }
}

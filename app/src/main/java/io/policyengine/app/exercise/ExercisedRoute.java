package io.policyengine.app.exercise;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.FlowConfig;
import io.policyengine.core.config.ProcessingMode;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.worker.ChainSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A route for warm-up requests (the exercise), as its worker sees it; {@code streams} means that bodies arrive in
 * chunks.
 */
record ExercisedRoute(ChainSpec request, ChainSpec response, boolean streams) {
    static Map<String, ExercisedRoute> all() {
        Map<String, ExercisedRoute> all = new HashMap<>();
        long id = 0;
        for (RouteConfig route : Repertoire.config().routes()) {
            all.put(
                    route.routeName(),
                    new ExercisedRoute(
                            chain(++id, route.routeName(), Phase.REQUEST, route.requestFlow()),
                            chain(++id, route.routeName(), Phase.RESPONSE, route.responseFlow()),
                            route.requestFlow().mode() == ProcessingMode.STREAMING));
        }
        return Map.copyOf(all);
    }

    private static ChainSpec chain(long id, String route, Phase phase, FlowConfig flow) {
        List<ChainSpec.Entry> entries = new ArrayList<>();
        for (EntryConfig entry : flow.chain()) {
            entries.add(new ChainSpec.Entry(
                    entry.name(),
                    entry.policy(),
                    entry.params(),
                    OnFailure.DENY,
                    OnFailure.DENY,
                    null,
                    entry.when(),
                    false));
        }
        return new ChainSpec(id, route, phase, entries);
    }

    Stream<ChainSpec> chains() {
        return Stream.of(request, response);
    }
}

package io.policyengine.it.simulation.judge;

import static io.policyengine.it.simulation.judge.Violation.require;

import io.policyengine.it.simulation.world.Configuration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where replicas are chosen by tenant, one serves all of a tenant, as long as nothing is wrong with any of them. */
final class Affinities {
    private final Map<Choice, String> chosen = new HashMap<>();

    private record Choice(String tenant, List<String> replicas) {}

    void check(Configuration configuration, Faults faults, SimulatedExchange exchange) {
        if (!configuration.settings().byTenant()) {
            return;
        }
        for (PolicyRun run : exchange.runs()) {
            String worker =
                    configuration.chain(run.phase()).entries().get(run.index()).worker();
            List<String> replicas = configuration.settings().replicas(worker);
            boolean well = replicas.stream()
                    .noneMatch(each -> faults.disturbed(each, exchange.beganNanos(), exchange.endedNanos()));
            if (well) {
                String tenant = exchange.request().tenant();
                String before = chosen.putIfAbsent(new Choice(tenant, replicas), run.replica());
                require(
                        before == null || before.equals(run.replica()),
                        "tenant " + tenant + " went to " + before + " and to " + run.replica());
            }
        }
    }
}

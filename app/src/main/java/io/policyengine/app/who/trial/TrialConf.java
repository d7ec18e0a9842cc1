package io.policyengine.app.who.trial;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Phase;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the configuration of a trial. It has the chains of the routes with their conditions, rules and modes, but
 * stand-ins replace the policies. It omits the sockets and servers of the real configuration.
 */
final class TrialConf {
    /** Time limits of the trial in milliseconds, generous because the first calls are slow. */
    private static final int CALL_MS = 5_000;

    private static final int PHASE_MS = 15_000;
    private static final int MESSAGE_MS = 20_000;

    private final ObjectNode routes = JsonNodeFactory.instance.objectNode();
    private final ArrayNode policies = routes.putArray("route_policies");
    private final Map<String, Boolean> workers = new TreeMap<>();
    private final Overrides overrides;

    TrialConf(Overrides overrides) {
        this.overrides = overrides;
    }

    /** Returns the name of the worker that runs an entry's stand-in in the trial. */
    static String workerOf(LintEntry entry) {
        return entry.worker().isEmpty() ? "unknown" : entry.worker();
    }

    /** Returns the files of a trial configuration with the given routes. */
    ConfTexts write(List<TrialRoute> tried) {
        tried.forEach(this::add);
        return ConfTexts.of(
                Path.of("trial"),
                new TreeMap<>(Map.of(
                        "kernel.yaml", new FileText.Content(kernel().toString()),
                        "routes/trial.yaml", new FileText.Content(routes.toString()))));
    }

    private ObjectNode kernel() {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        ObjectNode kernel = file.putObject("policy_kernel").put("unknown_route", "deny");
        kernel.putObject("server").put("address", "127.0.0.1").put("port", 0).put("drain_delay_ms", 0);
        kernel.putObject("observability").put("metrics_port", 0);
        kernel.putObject("limits").put("phase_timeout_ms", PHASE_MS);
        kernel.putObject("envoy").put("message_timeout_ms", MESSAGE_MS);
        ArrayNode list = kernel.putArray("workers");
        workers.forEach((name, failOpen) ->
                list.addObject().put("name", name).put("fail_open", failOpen).put("timeout_ms", CALL_MS));
        return file;
    }

    private void add(TrialRoute route) {
        ObjectNode policy = policies.addObject().put("route_name", route.name());
        add(route, Phase.REQUEST, policy.putObject("request_flow").putArray("policy_chain"));
        add(route, Phase.RESPONSE, policy.putObject("response_flow").putArray("policy_chain"));
    }

    private void add(TrialRoute route, Phase phase, ArrayNode chain) {
        List<LintEntry> flow = route.flow(phase);
        for (int i = 0; i < flow.size(); i++) {
            LintEntry entry = flow.get(i);
            EntryConfig config = entry.config();
            workers.put(workerOf(entry), entry.failOpen());
            var mode = overrides
                    .inForce(config, route.route().config().routeName(), entry.worker())
                    .mode();
            ObjectNode written = chain.addObject()
                    .put("policy", route.standIn(phase, i))
                    .put("mode", lowerCase(mode))
                    .put("on_overload", lowerCase(config.onOverload()));
            put(written, "on_failure", config.onFailure());
            if (config.when() != null) {
                written.put("when", config.when());
            }
            if (config.passEncoded() && entry.bodyNeed() != BodyNeed.NONE) {
                written.put("on_encoded", "pass");
            }
        }
    }

    private static void put(ObjectNode written, String key, @Nullable OnFailure reaction) {
        if (reaction != null) {
            written.put(key, lowerCase(reaction));
        }
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

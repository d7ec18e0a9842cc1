package io.policyengine.app.check;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.Workers;
import io.policyengine.core.config.reading.ConfigSchemas;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.worker.DeclaredPolicy;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** The JSON Schemas of this program: of its configuration files, and of the parameters of its policies. */
public final class Schemas {
    private static final List<String> FILES = List.of("kernel", "worker", "routes", "overrides");
    private static final JsonPointer ROUTES = JsonPointer.compile("/properties/route_policies/items");
    private static final JsonPointer SETTINGS =
            JsonPointer.compile("/properties/worker_core/properties/policies/properties/config");
    private static final JsonPointer KERNEL_ROUTES =
            JsonPointer.compile("/properties/policy_kernel").append(ROUTES);

    private Schemas() {}

    /** The names of the schemas. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(FILES);
        policies().forEach(policy -> names.add(policy.descriptor().name()));
        return names;
    }

    /**
     * Returns the schema of {@code kernel}, {@code worker}, {@code routes}, {@code overrides}, or of a policy's
     * parameters.
     *
     * @throws CommandFailure if the name is unknown
     */
    public static JsonNode of(String name) {
        return switch (name) {
            case "kernel" -> PolicySchemas.withPolicies(ConfigSchemas.kernel(), KERNEL_ROUTES, policies());
            case "worker" -> PolicySchemas.withSettings(ConfigSchemas.worker(), SETTINGS, policies());
            case "routes" -> PolicySchemas.withPolicies(ConfigSchemas.routes(), ROUTES, policies());
            case "overrides" -> ConfigSchemas.overrides();
            default ->
                policies().stream()
                        .filter(policy -> policy.descriptor().name().equals(name))
                        .findFirst()
                        .map(DeclaredPolicy::paramsSchema)
                        .orElseThrow(() -> CommandFailure.usage(
                                "there is no schema '" + name + "'" + NearestKey.hint(name, names())));
        };
    }

    private static List<DeclaredPolicy> policies() {
        return Workers.policies().declared();
    }
}

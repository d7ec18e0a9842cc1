package io.policyengine.app.check;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.Workers;
import io.policyengine.core.config.reading.ConfigSchemas;
import io.policyengine.core.params.NearestKey;
import io.policyengine.core.worker.DeclaredPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/** The JSON Schemas of the configuration files and of the policies' parameters. */
public final class Schemas {
    private static final List<String> FILES = List.of("kernel", "worker", "routes", "overrides");
    private static final String SUFFIX = ".schema.json";
    private static final JsonPointer ROUTES = JsonPointer.compile("/properties/route_policies/items");
    private static final JsonPointer SETTINGS =
            JsonPointer.compile("/properties/worker_core/properties/policies/properties/config");
    private static final JsonPointer KERNEL_ROUTES =
            JsonPointer.compile("/properties/policy_kernel").append(ROUTES);

    private Schemas() {}

    /** Returns the names of all schemas: first the configuration files, then the policies. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(FILES);
        policies().forEach(policy -> names.add(policy.descriptor().name()));
        return names;
    }

    /**
     * Returns the self-contained schema of {@code kernel}, {@code worker}, {@code routes} or {@code overrides}, or of a
     * policy's parameters.
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

    /**
     * Returns the schemas of the configuration files by file name. They refer to the file {@code policies.schema.json}
     * in the same directory, which defines the policies.
     */
    public static SortedMap<String, JsonNode> files() {
        var files = new TreeMap<String, JsonNode>();
        files.put("kernel" + SUFFIX, PolicySchemas.referringEntries(ConfigSchemas.kernel(), KERNEL_ROUTES));
        files.put("overrides" + SUFFIX, ConfigSchemas.overrides());
        files.put(PolicySchemas.FILE, PolicySchemas.definitions(ConfigSchemas.routes(), ROUTES, policies()));
        files.put("routes" + SUFFIX, PolicySchemas.referringEntries(ConfigSchemas.routes(), ROUTES));
        files.put("worker" + SUFFIX, PolicySchemas.referringSettings(ConfigSchemas.worker(), SETTINGS, policies()));
        return files;
    }

    /**
     * Writes {@link #files} to a directory, which is created if necessary.
     *
     * @throws CommandFailure if the path is not a directory, or a file cannot be written
     */
    public static void writeBlocking(Path directory) {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw CommandFailure.usage("cannot write schemas to " + directory + ": not a directory");
        }
        try {
            Files.createDirectories(directory);
            for (var file : files().entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), text(file.getValue()));
            }
        } catch (IOException e) {
            throw CommandFailure.failed("cannot write schemas to " + directory + ": " + e);
        }
    }

    /** Returns the schema as indented text, which ends with a line feed. */
    public static String text(JsonNode schema) {
        return schema.toPrettyString().replace("\r\n", "\n") + "\n";
    }

    private static List<DeclaredPolicy> policies() {
        return Workers.policies().declared();
    }
}

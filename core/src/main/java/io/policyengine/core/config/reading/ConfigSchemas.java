package io.policyengine.core.config.reading;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.ParamsValidator;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema (draft 2020-12) of each kind of file in a conf directory, and the main keys of these files. */
public final class ConfigSchemas {
    /** The root key of the kernel's settings, in kernel.yaml. */
    public static final String KERNEL_KEY = "policy_kernel";
    /** The root key of a worker's settings, in the worker's file. */
    public static final String WORKER_KEY = "worker_core";
    /** The key of route policies: at the root of files in routes/, below {@code policy_kernel} in kernel.yaml. */
    public static final String ROUTES_KEY = "route_policies";

    static final String OPEN_ROUTES_KEY = "open_routes";
    static final String CHAINS_KEY = "chains";
    /** The key of overrides: at the root of overrides.yaml, below {@code policy_kernel} in kernel.yaml. */
    public static final String OVERRIDES_KEY = "overrides";

    private ConfigSchemas() {}

    /** Returns the validator of kernel.yaml. */
    static ParamsValidator kernelValidator() {
        return KernelFile.VALIDATOR;
    }

    /** Returns the validator of worker.yaml and the files of further workers. */
    static ParamsValidator workerValidator() {
        return WorkerFile.VALIDATOR;
    }

    /** Returns the validator of the files in routes/. */
    static ParamsValidator routesValidator() {
        return RoutesFile.VALIDATOR;
    }

    /** Returns the validator of overrides.yaml, and of overrides in kernel.yaml. */
    static ParamsValidator overridesValidator() {
        return OverridesFile.VALIDATOR;
    }

    /** Returns the schema of kernel.yaml. */
    public static ObjectNode kernel() {
        var section = KernelConfig.BINDER.schema();
        var keys = (ObjectNode) section.get("properties");
        keys.set(OVERRIDES_KEY, overrides().at("/properties/" + OVERRIDES_KEY));
        keys.set(ROUTES_KEY, routes().at("/properties/" + ROUTES_KEY));
        return file("kernel.yaml", KERNEL_KEY, section);
    }

    /** Returns the schema of worker.yaml and the files of further workers. */
    public static ObjectNode worker() {
        return file("worker.yaml", WORKER_KEY, WorkerCoreConfig.BINDER.schema());
    }

    /** Returns the schema of the files in routes/. */
    public static ObjectNode routes() {
        var schema = ParamsBinder.of(RoutesText.class).schema();
        schema.put("title", "routes/*.yaml");
        return schema;
    }

    /** Returns the schema of overrides.yaml. */
    public static ObjectNode overrides() {
        var schema = ParamsBinder.of(OverridesText.class).schema();
        schema.put("title", "overrides.yaml");
        return schema;
    }

    private static ObjectNode file(String title, String key, ObjectNode section) {
        var schema = JsonNodeFactory.instance.objectNode();
        schema.set("$schema", section.remove("$schema"));
        schema.put("title", title);
        schema.put("type", "object");
        schema.putObject("properties").set(key, section);
        schema.putArray("required").add(key);
        schema.put("additionalProperties", false);
        return schema;
    }

    /** Holds the validator of one kind of file, created on first use. */
    private static final class KernelFile {
        static final ParamsValidator VALIDATOR = ParamsValidator.ofGenerated(kernel());

        private KernelFile() {}
    }

    private static final class WorkerFile {
        static final ParamsValidator VALIDATOR = ParamsValidator.ofGenerated(worker());

        private WorkerFile() {}
    }

    private static final class RoutesFile {
        static final ParamsValidator VALIDATOR = ParamsValidator.ofGenerated(routes());

        private RoutesFile() {}
    }

    private static final class OverridesFile {
        static final ParamsValidator VALIDATOR = ParamsValidator.ofGenerated(overrides());

        private OverridesFile() {}
    }
}

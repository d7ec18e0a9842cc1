package io.policyengine.core.config;

import io.policyengine.core.config.files.SecretRules;
import io.policyengine.core.http.PathRules;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;

/** The kernel's settings: {@code policy_kernel} in kernel.yaml. */
@Doc("Settings of the kernel.")
public record KernelConfig(
        @Doc("The address at which the kernel listens for Envoy.") @Default("{}")
        ServerConfig server,

        @Doc("The settings of the Envoy in front of the engine that the engine relies on.") @Default("{}")
        EnvoyConfig envoy,

        @Doc("Sources of the route name, in the order in which they are tried: `attribute` (`xds.route_name`), "
                + "`metadata`, `grpc_metadata`, `header`. With `header` a client could choose its own policies.")
        @Default("[\"attribute\", \"metadata\"]")
        @NonEmpty
        List<RouteNameSource> routeNameSources,

        @Doc("The key that the source `metadata` reads, first in the metadata of Envoy's route, then in the "
                + "dynamic metadata.")
        @Default("{}")
        MetadataKey routeNameMetadata,

        @Doc("The key that the source `grpc_metadata` reads in the initial metadata of the ext_proc stream.")
        @Default("\"x-policy-route\"")
        @Pattern("^[a-z0-9._-]+$")
        String routeNameGrpcMetadata,

        @Doc("The request header that the source `header` reads.")
        @Default("\"x-policy-route\"")
        @Pattern("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
        String routeNameHeader,

        @Doc("Treatment of a request whose route has no route policy and is not in `open_routes`: `continue` lets "
                + "it pass unprocessed, `deny` refuses it. If it is not set, a warning says so.")
        @Default("\"continue\"")
        UnknownRoute unknownRoute,

        @Doc("Routes without policies whose requests pass even if `unknown_route` is `deny`. A name is exact, "
                + "or a prefix if it ends in `*`. Exact names, here and in route policies, take precedence over the "
                + "longest prefix, and a `route_name_regex` takes precedence over a prefix listed here.")
        @Default("[]")
        List<String> openRoutes,

        @Doc("Spellings of request paths that are refused (400) on every route, because an upstream may read "
                + "a path in them that Envoy does not read. `strict` refuses paths that another server's decoding, "
                + "merging of slashes or resolution of dot segments would change; `lenient` refuses only paths "
                + "that no honest client sends; `off` refuses none. `strict` and `lenient` also refuse malformed "
                + "hosts and standard methods in another letter case. See docs/paths.md.")
        @Default("\"strict\"")
        PathRules pathRules,

        @Doc("How the kernel knows, before the response phase, that the workers of the chain can be called: "
                + "`cached` uses the result of the request phase, `recheck` checks again.")
        @Default("\"cached\"")
        ResponsePhaseCheck responsePhaseCheck,

        @Doc("Number of trusted entries of X-Forwarded-For, counted from the right; an Envoy with "
                + "`use_remote_address` writes the last entry. If it is 0, or the header has fewer entries, the "
                + "client is the peer of the connection to Envoy.")
        @Default("0")
        @Range(min = 0, max = 100)
        int trustedHops,

        @Doc("Limits of the kernel's work.") @Default("{}") LimitsConfig limits,

        @Doc("True to accept a configuration without any route policy. By default it is treated as an "
                + "accident: the kernel does not start, and a change to such a configuration is rejected.")
        @Default("false")
        boolean allowEmpty,

        @Doc("Maximum percentage of routes that a change of the configuration may remove, if there were at least "
                + "ten routes. A change that exceeds it is treated as an accident and rejected.")
        @Default("50")
        @Range(min = 0, max = 100)
        int maxLostRoutes,

        @Doc("True if a change of the configuration may remove any number of routes and truncate files. Remove "
                + "this key after the change.")
        @Default("false")
        boolean allowLoss,

        @Doc("Maximum percentage of routes that a change of the configuration may open: afterwards, messages pass "
                + "without a guarantee that they had before, as `policy-engine who --diff` shows. A change that "
                + "exceeds it is treated as an accident and rejected.")
        @Default("0")
        @Range(min = 0, max = 100)
        int maxOpenedRoutes,

        @Doc("True if a change of the configuration may open any number of routes. Remove this key after the "
                + "change.")
        @Default("false")
        boolean allowOpen,

        @Doc("Treatment of a change of the configuration with which a route that is served would be refused, for "
                + "example for a misspelt parameter: `reject` rejects the whole change; `keep` takes the rest, and such "
                + "a route keeps the route policy with which it is served. A route that is already refused, or is new "
                + "and takes no requests of a served route, may be refused.")
        @Default("\"reject\"")
        OnRefusedRoute onRefusedRoute,

        @Doc("The workers. A policy belongs to the worker whose `policies` lists it, otherwise to the first "
                + "worker that declared it.")
        @Default("[{\"name\": \"default-worker\"}]")
        @NonEmpty
        List<WorkerEndpointConfig> workers,

        @Doc("The response if a policy of the chain is not declared, or its parameters are invalid.") @Default("""
                        {"status_code": 500,
                         "body": "{\\"error\\": \\"Policy configuration error\\", \\"code\\": \\"ROUTE_MISCONFIGURED\\"}",
                         "headers": {"Content-Type": "application/json", "X-Policy-Error": "configuration"}}""")
        ErrorResponseConfig policyNotSupportedResponse,

        @Doc("The response if a policy of the chain is declared, but no replica of its worker is healthy.")
        @Default("""
                        {"status_code": 503,
                         "body": "{\\"error\\": \\"Policy service temporarily unavailable\\", \\"code\\": \\"WORKER_UNAVAILABLE\\"}",
                         "headers": {"Content-Type": "application/json", "X-Policy-Error": "temporary", "Retry-After": "30"}}""")
        ErrorResponseConfig workerUnavailableResponse,

        @Doc("Metrics, health, logs, traces.") @Default("{}")
        ObservabilityConfig observability,

        @Doc("Files and variables that `${file:PATH}` and `${env:NAME}` may refer to in this file and in "
                + "routes. For its policies, a worker's own file has separate rules.")
        @Default("{}")
        SecretRules secrets) {
    /** The binder, with schema and defaults. */
    public static final ParamsBinder<KernelConfig> BINDER = ParamsBinder.of(KernelConfig.class);

    public KernelConfig {
        routeNameSources = List.copyOf(routeNameSources);
        openRoutes = List.copyOf(openRoutes);
        workers = List.copyOf(workers);
    }

    /** Returns the settings of an empty {@code policy_kernel}: one embedded worker. */
    public static KernelConfig defaults() {
        return switch (BINDER.bind(JsonNodeFactory.instance.objectNode())) {
            case BoundParams.Ok<KernelConfig>(var value) -> value;
            case BoundParams.Invalid<KernelConfig>(var problems) ->
                throw new IllegalStateException(problems.toString());
        };
    }

    /** The treatment of a request whose route has no route policy. */
    public enum UnknownRoute {
        /** The request passes; no policy runs. */
        CONTINUE,
        /** The request is refused. */
        DENY
    }

    /** The treatment of a change with which a served route would be refused. */
    public enum OnRefusedRoute {
        /** The whole change is rejected. */
        REJECT,
        /** Such a route keeps its route policy; the rest of the change takes effect. */
        KEEP
    }

    /** The check, before the response phase, that the workers of the chain can be called. */
    public enum ResponsePhaseCheck {
        /** The result of the check in the request phase is used again. */
        CACHED,
        RECHECK
    }

    /** A key in Envoy's metadata. */
    public record MetadataKey(
            @Doc("The namespace, which is usually the name of a filter.")
            @Default("\"envoy.filters.http.ext_proc\"")
            @Pattern("^[A-Za-z0-9_./:-]+$")
            String namespace,

            @Doc("The key in that namespace; its value is a string.")
            @Default("\"route_name\"")
            @Pattern("^[A-Za-z0-9_./:-]+$")
            String key) {
        /**
         * Returns the ext_proc attribute for this key of the route's metadata. Its value is the key's value, or absent
         * like the key. The attribute {@code xds.route_metadata}, which contains all keys, cannot be used: Envoy sends
         * it only as display text.
         */
        public String attribute() {
            return "xds.route_metadata.filter_metadata['" + namespace + "']['" + key + "']";
        }
    }
}

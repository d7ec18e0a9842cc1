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

        @Doc("Envoy's settings on which the engine relies. They must equal the settings in Envoy's own"
                + " configuration.")
        @Default("{}")
        EnvoyConfig envoy,

        @Doc("Sources of the route name, in the order in which the kernel tries them: `attribute` (`xds.route_name`),"
                + " `metadata`, `grpc_metadata` or `header`. Caution: with `header`, a client may be able to choose its"
                + " own policies.")
        @Default("[\"attribute\", \"metadata\"]")
        @NonEmpty
        List<RouteNameSource> routeNameSources,

        @Doc("The key that the source `metadata` reads. The kernel looks for the key first in the metadata of Envoy's"
                + " route, then in the dynamic metadata.")
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

        @Doc("Treatment of a request whose route has no route policy and is not in `open_routes`. `continue`: the"
                + " request passes unprocessed. `deny`: the request is refused. If the key is absent, the kernel logs a"
                + " warning.")
        @Default("\"continue\"")
        UnknownRoute unknownRoute,

        @Doc("Routes without policies whose requests pass even if `unknown_route` is `deny`. A name is exact, or a"
                + " prefix if it ends in `*`. An exact name, here or in a route policy, takes precedence over any"
                + " prefix. A `route_name_regex` takes precedence over a prefix in this list.")
        @Default("[]")
        List<String> openRoutes,

        @Doc("Spellings of request paths that are refused (400) on every route, because an upstream may read them"
                + " differently from Envoy. `strict` refuses every path that a server may change: by decoding, by"
                + " merging slashes, or by resolving dot segments. `lenient` refuses only paths that no honest client"
                + " sends. `off` refuses none. `strict` and `lenient` also refuse malformed hosts, and standard methods"
                + " in another letter case. See docs/paths.md.")
        @Default("\"strict\"")
        PathRules pathRules,

        @Doc("The check, before the response phase, that the workers of the chain can be called. `cached`: the kernel"
                + " uses the result of the request phase. `recheck`: the kernel checks again.")
        @Default("\"cached\"")
        ResponsePhaseCheck responsePhaseCheck,

        @Doc("Number of trusted entries of X-Forwarded-For, counted from the right. An Envoy with `use_remote_address`"
                + " writes the last entry. If the value is 0, or the header has fewer entries, the client's address is"
                + " that of the connection to Envoy.")
        @Default("0")
        @Range(min = 0, max = 100)
        int trustedHops,

        @Doc("Limits of the kernel's work.") @Default("{}") LimitsConfig limits,

        @Doc("True if a configuration without any route policy is accepted. Otherwise, the kernel does not start with"
                + " such a configuration, and rejects a change to it.")
        @Default("false")
        boolean allowEmpty,

        @Doc("Maximum percentage of routes that a change of the configuration may remove, if there were at least ten"
                + " routes. A change that removes more is rejected as a likely accident.")
        @Default("50")
        @Range(min = 0, max = 100)
        int maxLostRoutes,

        @Doc("True if a change of the configuration may remove any number of routes and truncate files. Remove "
                + "this key after the change.")
        @Default("false")
        boolean allowLoss,

        @Doc("Maximum percentage of routes that a change of the configuration may open. A change opens a route if"
                + " messages then pass without a guarantee that they had before; `policy-engine who --diff` shows such"
                + " routes. A change that opens more is rejected as a likely accident.")
        @Default("0")
        @Range(min = 0, max = 100)
        int maxOpenedRoutes,

        @Doc("True if a change of the configuration may open any number of routes. Remove this key after the "
                + "change.")
        @Default("false")
        boolean allowOpen,

        @Doc("Treatment of a change after which a served route would be refused, for example because of a misspelt"
                + " parameter. `reject`: the whole change is rejected. `keep`: such a route keeps its current route"
                + " policy, and the rest of the change takes effect. The change may refuse a route that is already"
                + " refused, or a new route that receives no requests of a served route.")
        @Default("\"reject\"")
        OnRefusedRoute onRefusedRoute,

        @Doc("The workers. A policy belongs to the worker whose `policies` lists it. If no worker lists the policy, it"
                + " belongs to the first worker that declared it.")
        @Default("[{\"name\": \"default-worker\"}]")
        @NonEmpty
        List<WorkerEndpointConfig> workers,

        @Doc("The response if no worker declares a policy of the chain, or if its parameters are invalid.")
        @Default("""
                        {"status_code": 500,
                         "body": "{\\"error\\": \\"Policy configuration error\\", \\"code\\": \\"ROUTE_MISCONFIGURED\\"}",
                         "headers": {"Content-Type": "application/json", "X-Policy-Error": "configuration"}}""")
        ErrorResponseConfig policyNotSupportedResponse,

        @Doc("The response if no replica of a worker that the chain needs can be called.") @Default("""
                        {"status_code": 503,
                         "body": "{\\"error\\": \\"Policy service temporarily unavailable\\", \\"code\\": \\"WORKER_UNAVAILABLE\\"}",
                         "headers": {"Content-Type": "application/json", "X-Policy-Error": "temporary", "Retry-After": "30"}}""")
        ErrorResponseConfig workerUnavailableResponse,

        @Doc("Metrics, health, logs, traces.") @Default("{}")
        ObservabilityConfig observability,

        @Doc("Files and variables to which `${file:PATH}` and `${env:NAME}` may refer in this file and in routes. A"
                + " worker's own file has separate rules, which also apply to files that its policies read.")
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

    /** The treatment of a configuration change after which a served route would be refused. */
    public enum OnRefusedRoute {
        /** The whole change is rejected. */
        REJECT,
        /** A route that would be refused keeps its route policy. The rest of the change takes effect. */
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
            @Doc("The namespace of the key. A namespace is usually the name of a filter.")
            @Default("\"envoy.filters.http.ext_proc\"")
            @Pattern("^[A-Za-z0-9_./:-]+$")
            String namespace,

            @Doc("The key in the namespace. The value of the key must be a string.")
            @Default("\"route_name\"")
            @Pattern("^[A-Za-z0-9_./:-]+$")
            String key) {
        /**
         * Returns the ext_proc attribute for this key of the route's metadata. The attribute has the value of the key;
         * it is absent if the key is absent. The attribute {@code xds.route_metadata}, which contains all keys, cannot
         * be used: Envoy sends it only as display text.
         */
        public String attribute() {
            return "xds.route_metadata.filter_metadata['" + namespace + "']['" + key + "']";
        }
    }
}

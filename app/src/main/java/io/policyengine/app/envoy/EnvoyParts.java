package io.policyengine.app.envoy;

import tools.jackson.databind.node.ObjectNode;

/**
 * The parts of a printed Envoy configuration, as a model for a user's own configuration.
 *
 * @param bootstrap the whole file
 * @param listener the listener for clients
 * @param manager the listener's HTTP connection manager
 * @param routes the manager's route configuration
 * @param filter the ext_proc filter with its name
 * @param cluster the engine's cluster
 */
public record EnvoyParts(
        ObjectNode bootstrap,
        ObjectNode listener,
        ObjectNode manager,
        ObjectNode routes,
        ObjectNode filter,
        ObjectNode cluster) {
    /** The HTTP options of the engine's cluster, as a JSON pointer in the cluster. */
    public static final String PROTOCOL_OPTIONS =
            "/typed_extension_protocol_options/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /** The HTTP/2 options of the engine's cluster, as a JSON pointer in the cluster. */
    public static final String HTTP2 = PROTOCOL_OPTIONS + "/explicit_http_config/http2_protocol_options";

    /** The part of a configuration to which a setting belongs. */
    public enum Scope {
        /** The whole file. */
        BOOTSTRAP,
        /** A listener for clients. */
        LISTENER,
        /** The HTTP connection manager of a listener. */
        MANAGER,
        /** The route configuration of a connection manager. */
        ROUTES,
        /** The ext_proc filter. */
        FILTER,
        /** The engine's cluster. */
        CLUSTER,
        /** The HTTP/2 options of the engine's cluster. */
        ENGINE_HTTP2
    }

    /** Returns the part to which the settings of a scope belong. */
    public ObjectNode of(Scope scope) {
        return switch (scope) {
            case BOOTSTRAP -> bootstrap;
            case LISTENER -> listener;
            case MANAGER -> manager;
            case ROUTES -> routes;
            case FILTER -> (ObjectNode) filter.get("typed_config");
            case CLUSTER -> cluster;
            case ENGINE_HTTP2 -> (ObjectNode) cluster.at(HTTP2);
        };
    }
}

package io.policyengine.core.config;

/** The source of a route's name. */
public enum RouteNameSource {
    /** The ext_proc attribute {@code xds.route_name}. */
    ATTRIBUTE,
    /** Envoy's dynamic or route metadata. */
    METADATA,
    /** The initial metadata of the ext_proc stream. */
    GRPC_METADATA,
    /** A request header. If clients can set the header, they can choose their own policies. */
    HEADER
}

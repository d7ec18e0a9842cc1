package io.policyengine.kernel.extproc;

import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.RouteNameSource;
import io.policyengine.core.http.RequestView;
import io.policyengine.kernel.envoy.EnvoyMessage;
import io.policyengine.kernel.envoy.EnvoyReader;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the route name of an exchange: the name in the first configured source that contains one. */
final class RouteNames {
    private final List<RouteNameSource> sources;
    private final KernelConfig.MetadataKey metadata;
    private final String routeMetadata;
    private final String grpcMetadata;
    private final String header;

    RouteNames(KernelConfig config) {
        this.sources = config.routeNameSources();
        this.metadata = config.routeNameMetadata();
        this.routeMetadata = metadata.attribute();
        this.grpcMetadata = config.routeNameGrpcMetadata();
        this.header = config.routeNameHeader();
    }

    /** Returns the route name; empty if no source contains one. */
    String of(EnvoyMessage first, Map<String, String> attributes, RequestView request, MultiMap initialMetadata) {
        for (int i = 0; i < sources.size(); i++) {
            @Nullable
            String name = switch (sources.get(i)) {
                case ATTRIBUTE -> attributes.get("xds.route_name");
                case METADATA -> metadata(first, attributes);
                case GRPC_METADATA -> initialMetadata.get(grpcMetadata);
                case HEADER -> request.headers().get(header);
            };
            if (name != null && !name.isEmpty()) {
                return name;
            }
        }
        return "";
    }

    /**
     * Returns the route name in the metadata of Envoy's route, or else in dynamic metadata, which a client may
     * influence; null if neither has one.
     */
    private @Nullable String metadata(EnvoyMessage first, Map<String, String> attributes) {
        String ofRoute = attributes.get(routeMetadata);
        return ofRoute != null && !ofRoute.isEmpty()
                ? ofRoute
                : EnvoyReader.metadata(first, metadata.namespace(), metadata.key());
    }
}

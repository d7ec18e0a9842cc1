package io.policyengine.app.envoy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an Envoy configuration that the conf directory does not determine.
 *
 * @param listenAddress of the listener
 * @param listenPort 0: any free port
 * @param adminPort 0: any free port; the admin interface listens on loopback
 * @param engines addresses of the kernels; empty: as in kernel.yaml, on this machine
 * @param upstreams addresses of the upstream; at least one
 * @param accessLog path of a file; null: stdout
 * @param detailsHeader name of a response field for the response code details of local replies; null: no field
 * @param version of the Envoy that reads the configuration
 */
public record EnvoyOptions(
        String listenAddress,
        int listenPort,
        int adminPort,
        List<HostPort> engines,
        List<HostPort> upstreams,
        @Nullable Path accessLog,
        @Nullable String detailsHeader,
        EnvoyVersion version) {
    public EnvoyOptions {
        engines = List.copyOf(engines);
        upstreams = List.copyOf(upstreams);
    }
}

package io.policyengine.app.envoy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an Envoy configuration that do not follow from the conf directory.
 *
 * @param listenAddress where clients come in
 * @param listenPort 0: any free one
 * @param adminPort 0: any free one; the admin interface listens on loopback
 * @param engines where Envoy reaches the kernels; none: as kernel.yaml says, on this machine
 * @param upstreams where requests go that pass; at least one
 * @param accessLog a file; null: stdout
 * @param detailsHeader a response field that tells the response code details of answers that are not the upstream's; null: none
 * @param version of the Envoy that is to read it
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
    /** A copy. */
    public EnvoyOptions {
        engines = List.copyOf(engines);
        upstreams = List.copyOf(upstreams);
    }
}

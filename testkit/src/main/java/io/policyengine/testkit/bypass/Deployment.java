package io.policyengine.testkit.bypass;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts that the corpus needs about an Envoy, the engine behind it, and their routes.
 *
 * @param host where Envoy listens
 * @param port where Envoy listens
 * @param authority the host name that clients use
 * @param path the protected path: who has no credential must not reach it, nor what is below it
 * @param open a path without policies
 * @param optional a path whose policies leave an identity to some requests, but to none without a credential; null: there is none
 * @param limited a path whose policies refuse 64 bytes of the media type; null: there is none
 * @param media that media type
 * @param credential a field line with a valid credential: {@code X-API-Key: …}
 * @param identity fields by which the policies tell the upstream who the client is
 */
public record Deployment(
        String host,
        int port,
        String authority,
        String path,
        String open,
        @Nullable String optional,
        @Nullable String limited,
        String media,
        String credential,
        List<String> identity) {
    /** Copies. */
    public Deployment {
        identity = List.copyOf(identity);
    }

    /** Without the credential. */
    @Override
    public String toString() {
        return host + ":" + port + path;
    }
}

package io.policyengine.testkit.bypass;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts that the bypass cases need about an Envoy, the engine behind it, and their routes.
 *
 * @param host the host of Envoy's listener
 * @param port the port of Envoy's listener
 * @param authority the host name that clients use
 * @param media the media type that the limited path refuses
 * @param credential a field line with a valid credential: {@code X-API-Key: …}
 * @param identity names of the header fields in which policies send the client's identity upstream
 */
public record Deployment(
        String host, int port, String authority, Paths paths, String media, String credential, List<String> identity) {
    /**
     * The paths that the bypass cases use.
     *
     * @param path the protected path; it and all paths below it are unreachable without a credential
     * @param open a path without policies
     * @param optional a path that is open to all clients, and whose policies set an identity only for a valid
     *     credential; null if absent
     * @param limited a path whose policies refuse 64 bytes of the media type; null if absent
     */
    public record Paths(
            String path,
            String open,
            @Nullable String optional,
            @Nullable String limited) {}

    public Deployment {
        identity = List.copyOf(identity);
    }

    /** Returns a text without the credential. */
    @Override
    public String toString() {
        return host + ":" + port + paths.path();
    }
}

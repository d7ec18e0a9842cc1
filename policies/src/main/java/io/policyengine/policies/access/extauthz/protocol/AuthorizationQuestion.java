package io.policyengine.policies.access.extauthz.protocol;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Metadata;
import io.policyengine.policies.shared.digest.Sha256;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A request to be authorized.
 *
 * @param requestId for the service's log; does not affect the decision
 * @param request the request; {@code headers} and {@code body} are sent instead of its own
 * @param headers fields that are sent to the service
 * @param body octets of the body that are sent to the service
 * @param isPartial true if the body is longer than the sent octets
 * @param metadata metadata of earlier policies; only the identity in it is sent to the service
 */
public record AuthorizationQuestion(
        String requestId, RequestView request, HeaderMap headers, Buffer body, boolean isPartial, Metadata metadata) {
    /** The metadata keys of the identity that are sent to authorization services. */
    static final List<String> IDENTITY =
            List.of(Identity.ID, Identity.ISSUER, Identity.METHOD, Identity.ROLES, Identity.SCOPES, Identity.CLAIMS);

    /**
     * Returns a digest of everything on which a decision depends. The length of each part precedes the part, so that
     * two different questions never have the same input.
     */
    public Sha256 digest() {
        List<byte[]> parts = new ArrayList<>(32);
        add(parts, request.method());
        add(parts, request.scheme());
        add(parts, request.authority());
        add(parts, request.rawPath());
        add(parts, request.clientAddress());
        add(parts, Integer.toString(headers.size()));
        headers.forEach((name, value) -> {
            add(parts, name);
            add(parts, value);
        });
        for (String key : IDENTITY) {
            String value = metadata.text(key);
            add(parts, key);
            add(parts, value == null ? "" : Octets.fromText(value));
        }
        add(parts, isPartial ? "partial" : "whole");
        parts.add(body.getBytes());
        return Sha256.of(parts.toArray(byte[][]::new));
    }

    private static void add(List<byte[]> parts, String octets) {
        byte[] bytes = Octets.toBytes(octets);
        parts.add(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        parts.add(bytes);
    }
}

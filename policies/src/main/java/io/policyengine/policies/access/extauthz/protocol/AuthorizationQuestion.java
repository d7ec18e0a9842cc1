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
 * @param requestId for the service's log; not part of the decision
 * @param request without headers and body, which the other components contain as far as they are shown
 * @param headers fields shown to the service
 * @param body octets of the body shown to it
 * @param isPartial true if the body is longer
 * @param metadata left by earlier policies, of which the identity is shown
 */
public record AuthorizationQuestion(
        String requestId, RequestView request, HeaderMap headers, Buffer body, boolean isPartial, Metadata metadata) {
    /** The identity's keys that are sent to services. */
    static final List<String> IDENTITY =
            List.of(Identity.ID, Identity.METHOD, Identity.ROLES, Identity.SCOPES, Identity.CLAIMS);

    /** Returns a digest of all that a decision depends on; each part follows its length, so that none collide. */
    public Sha256 digest() {
        List<byte[]> parts = new ArrayList<>(32);
        add(parts, request.method());
        add(parts, request.scheme());
        add(parts, request.authority());
        add(parts, request.path());
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

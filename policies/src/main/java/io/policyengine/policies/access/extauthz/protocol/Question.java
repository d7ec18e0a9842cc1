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
 * A request of which an authorization service is to decide.
 *
 * @param requestId for the service's log; no part of what is decided
 * @param request without its headers and body, which are shown only as far as the other components say
 * @param headers the fields that the service is shown
 * @param body the octets of the body that it is shown
 * @param isPartial true if the body has more octets
 * @param metadata what earlier policies left, of which the identity is shown
 */
public record Question(
        String requestId, RequestView request, HeaderMap headers, Buffer body, boolean isPartial, Metadata metadata) {
    /** The keys of an identity, which services are told. */
    static final List<String> IDENTITY =
            List.of(Identity.ID, Identity.METHOD, Identity.ROLES, Identity.SCOPES, Identity.CLAIMS);

    /** Digest of all that a decision can depend on, each part after its length, so that no two questions share it. */
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

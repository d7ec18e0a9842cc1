package io.policyengine.policies.authentication.hmacsignature;

import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.policy.Identity;
import io.policyengine.policies.authentication.hmacsignature.component.Claim;
import io.policyengine.policies.authentication.shared.identity.IdentityHeaders;
import io.policyengine.policies.shared.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A key that verifies signatures.
 *
 * @param owner id of the key's owner
 * @param announcement instructions that carry the owner's identity to later policies and the upstream
 */
record SignerKey(String owner, SignatureAlgorithm algorithm, Key key, List<RequestInstruction> announcement) {
    private static final String METHOD = "http_signature";

    /** Returns whether this key signed the claim. The key determines the algorithm. */
    boolean verifies(Claim claim) {
        byte[] base = claim.base();
        return base != null
                && (claim.parameters().algorithm() == null
                        || claim.parameters().algorithm().equals(algorithm.code()))
                && algorithm.verifies(key, base, claim.signature());
    }

    /** Creates a key of the owner, which signatures name by {@code id}. */
    static SignerKey of(String owner, String id, Key key) {
        ObjectNode claims = JsonNodeFactory.instance.objectNode().put("key_id", id);
        Identity identity = new Identity(owner, METHOD, List.of(), List.of(), claims);
        return new SignerKey(owner, SignatureAlgorithm.of(key), key, List.copyOf(IdentityHeaders.announce(identity)));
    }

    /** Returns the digest of a nonce for this key and id. Different keys with the same id yield different digests. */
    Sha256 digestWith(String id, String nonce) {
        byte[] encoded = key.getEncoded();
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        byte[] lengths = ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(encoded.length)
                .putInt(name.length)
                .array();
        return Sha256.of(lengths, encoded, name, nonce.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns a text without the key, which may be secret. */
    @Override
    public String toString() {
        return "VerificationKey[" + algorithm.code() + "]";
    }
}

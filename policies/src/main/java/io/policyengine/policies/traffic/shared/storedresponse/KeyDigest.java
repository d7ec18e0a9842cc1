package io.policyengine.policies.traffic.shared.storedresponse;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.Octets;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** A SHA-256 over texts, each with its length in front, so that no two lists of texts look the same. */
public final class KeyDigest {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final MessageDigest digest = newDigest();

    /** Adds octets. */
    public KeyDigest add(String octets) {
        byte[] bytes = Octets.toBytes(octets);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
        return this;
    }

    /** Adds those of these header fields that are there, with their values; names are in lower case. */
    public KeyDigest addFields(List<String> names, HeaderMap headers) {
        for (String name : names) {
            if (headers.contains(name)) {
                add(name).add(String.join(",", headers.getAll(name)));
            }
        }
        return add("");
    }

    /** The digest in 43 characters; it is of no further use. */
    public String text() {
        return BASE64.encodeToString(digest.digest());
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}

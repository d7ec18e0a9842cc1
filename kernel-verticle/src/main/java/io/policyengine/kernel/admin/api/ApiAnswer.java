package io.policyengine.kernel.admin.api;

import io.policyengine.core.params.RecordJson;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an operation answers.
 *
 * @param etag in quotes, or null
 */
record ApiAnswer(int status, ObjectNode body, @Nullable String etag) {
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecretKeySpec KEY = newKey();

    private static SecretKeySpec newKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, ALGORITHM);
    }

    /** 200 with a record. */
    static ApiAnswer of(Record view) {
        return new ApiAnswer(200, RecordJson.of(view), null);
    }

    /** 200 with a record that has an ETag. */
    static ApiAnswer of(Record view, String etag) {
        return new ApiAnswer(200, RecordJson.of(view), etag);
    }

    /** The ETag of something as it is written, with its secrets: by a key of the process, so that nobody can try which they are. */
    static String etag(ObjectNode definition) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            byte[] digest = mac.doFinal(definition.toString().getBytes(StandardCharsets.UTF_8));
            return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }
}

package io.policyengine.core.instruction;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the body. The engine corrects content-length and removes the fields that describe the old body.
 *
 * @param body the new body, not to be modified afterwards
 * @param contentType the new value of the field content-type; null to leave the field unchanged
 */
public record SetBody(Buffer body, @Nullable String contentType) implements CommonInstruction {
    /**
     * The fields that describe the replaced body and are removed: its encoding, digests and ranges (RFC 9110 §8, RFC
     * 9530).
     */
    public static final List<String> OUTDATED_FIELDS = List.of(
            "content-encoding",
            "content-md5",
            "content-digest",
            "digest",
            "repr-digest",
            "etag",
            "content-range",
            "accept-ranges");
}

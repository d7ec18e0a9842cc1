package io.policyengine.core.instruction;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the body. The engine corrects content-length and removes the fields that describe the old body.
 *
 * @param body the new body, not to be changed afterwards
 * @param contentType becomes the content-type field if not null
 */
public record SetBody(Buffer body, @Nullable String contentType) implements CommonInstruction {
    /** Fields that describe the replaced body: its encoding, digests and ranges (RFC 9110 §8, RFC 9530). */
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

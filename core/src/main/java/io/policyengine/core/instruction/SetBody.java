package io.policyengine.core.instruction;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the body. The engine makes content-length right and removes the fields that described the old body.
 *
 * @param body the new body, not to be changed afterwards
 * @param contentType becomes the content-type field if not null
 */
public record SetBody(Buffer body, @Nullable String contentType) implements CommonInstruction {
    /** Fields that describe the body that was: its encoding, digests and ranges (RFC 9110 §8, RFC 9530). */
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

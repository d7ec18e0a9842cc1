package io.policyengine.core.instruction;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the body. The engine makes content-length right.
 *
 * @param body the new body, not to be changed afterwards
 * @param contentType becomes the content-type field if not null
 */
public record SetBody(Buffer body, @Nullable String contentType) implements CommonInstruction {}

package io.policyengine.kernel.generation;

import io.policyengine.core.config.files.ConfTexts;
import java.time.Instant;

/**
 * The source of a generation.
 *
 * @param id of the generation
 * @param time of its activation
 * @param hash of the content, referenced files included; equal for equal texts, by a {@link KeyedHash}
 * @param texts without referenced files if an earlier kernel stored them
 */
public record Snapshot(long id, Origin origin, Instant time, String hash, ConfTexts texts) {}

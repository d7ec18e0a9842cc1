package io.policyengine.kernel.generation;

import io.policyengine.core.config.files.ConfTexts;
import java.time.Instant;

/**
 * The source of a generation.
 *
 * @param id the id of the generation
 * @param time the time of its activation
 * @param hash the {@link KeyedHash} of the content, including referenced files; equal for equal texts
 * @param texts the configuration files; without referenced files if an earlier kernel stored them
 */
public record Snapshot(long id, Origin origin, Instant time, String hash, ConfTexts texts) {}

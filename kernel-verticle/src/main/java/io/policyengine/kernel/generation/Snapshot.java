package io.policyengine.kernel.generation;

import io.policyengine.core.config.files.ConfTexts;
import java.time.Instant;

/**
 * The source of a generation.
 *
 * @param id of the generation
 * @param time when it became active
 * @param hash identifies the content, that of referred files included: the same for the same texts, by a {@link KeyedHash}
 * @param texts of one that an earlier kernel left on disk: without what they refer to
 */
public record Snapshot(long id, Origin origin, Instant time, String hash, ConfTexts texts) {}

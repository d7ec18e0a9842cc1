package io.policyengine.kernel.generation;

import io.policyengine.core.config.files.ConfTexts;
import java.time.Instant;

/**
 * What a generation was made of.
 *
 * @param id of the generation
 * @param time when it became active
 */
public record Snapshot(long id, Origin origin, Instant time, ConfTexts texts) {
    /** Identifies the content: the same for the same texts. */
    public String hash() {
        return texts.hash();
    }
}

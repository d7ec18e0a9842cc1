package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;

/**
 * A configuration that may become active.
 *
 * @param texts what it was read from
 * @param guard what of it is treated as an accident
 */
public record Candidate(ConfTexts texts, EngineConfig config, Origin origin, LossGuard guard) {
    /** A candidate in which every loss that looks like an accident is treated as one. */
    public Candidate(ConfTexts texts, EngineConfig config, Origin origin) {
        this(texts, config, origin, LossGuard.FULL);
    }
}

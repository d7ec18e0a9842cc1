package io.policyengine.kernel.generation;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.kernel.change.LossGuard;

/**
 * A configuration that may become active.
 *
 * @param texts the files that the configuration was read from
 * @param guard the checks that reject accidental losses
 */
public record Candidate(ConfTexts texts, EngineConfig config, Origin origin, LossGuard guard) {
    /** Creates a candidate with {@link LossGuard#FULL}. */
    public Candidate(ConfTexts texts, EngineConfig config, Origin origin) {
        this(texts, config, origin, LossGuard.FULL);
    }
}

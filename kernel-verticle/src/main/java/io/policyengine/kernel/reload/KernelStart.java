package io.policyengine.kernel.reload;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.kernel.history.Kept;

/**
 * What a kernel starts with.
 *
 * @param texts what the configuration was read from
 * @param kept where its generations are kept, and those of earlier kernels
 */
public record KernelStart(ConfTexts texts, EngineConfig config, Kept kept) {
    /** A configuration whose generations are kept in memory. */
    public KernelStart(ConfTexts texts, EngineConfig config) {
        this(texts, config, Kept.inMemory());
    }
}

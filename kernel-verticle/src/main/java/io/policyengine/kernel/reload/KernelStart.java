package io.policyengine.kernel.reload;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.ToldProblems;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.Kept;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that a kernel starts with.
 *
 * @param texts what the configuration was read from
 * @param kept where its generations are kept, and those of earlier kernels
 * @param rejected what the conf directory says, if that cannot be used; null if the configuration is what it says
 */
public record KernelStart(
        ConfTexts texts,
        EngineConfig config,
        Kept kept,
        OnBadConfig onBadConfig,
        @Nullable Rejected rejected) {
    /**
     * Files that cannot be used, and the generation in their place.
     *
     * @param told of their problems, which are one error at least
     */
    public record Rejected(ConfTexts texts, ToldProblems told, Snapshot lastGood) {
        /** The remark for people that a last good generation is in the place of the files. */
        public String remark() {
            return "on_bad_config: last_good in force: the files of the conf directory cannot be used, so the kernel started with"
                    + " generation " + lastGood.id() + " of " + lastGood.time();
        }
    }

    /** A configuration whose generations are kept in memory. */
    public KernelStart(ConfTexts texts, EngineConfig config) {
        this(texts, config, Kept.inMemory(), OnBadConfig.FAIL, null);
    }

    /** The texts of the conf directory, whether they can be used or not. */
    public ConfTexts found() {
        return rejected == null ? texts : rejected.texts();
    }
}

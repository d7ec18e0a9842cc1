package io.policyengine.kernel.reload;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.ReportedProblems;
import io.policyengine.kernel.generation.Snapshot;
import io.policyengine.kernel.history.GenerationArchive;
import org.jspecify.annotations.Nullable;

/**
 * The initial configuration of a kernel.
 *
 * @param texts the source of the configuration
 * @param kept the store of the kernel's generations, including those of earlier kernels
 * @param rejected the conf directory's content if it is unusable; null if the configuration comes from it
 */
public record KernelStart(
        ConfTexts texts,
        EngineConfig config,
        GenerationArchive kept,
        OnBadConfig onBadConfig,
        @Nullable Rejected rejected) {
    /**
     * Unusable files of the conf directory, and the generation that is used instead.
     *
     * @param told the problems of the files, at least one error
     */
    public record Rejected(ConfTexts texts, ReportedProblems told, Snapshot lastGood) {
        /** Returns the human-readable remark that the last good generation is used instead of the files. */
        public String remark() {
            return "on_bad_config: last_good in force: the files of the conf directory cannot be used, so the kernel started with"
                    + " generation " + lastGood.id() + " of " + lastGood.time();
        }
    }

    /** Creates a start whose generations are kept in memory. */
    public KernelStart(ConfTexts texts, EngineConfig config) {
        this(texts, config, GenerationArchive.inMemory(), OnBadConfig.FAIL, null);
    }

    /** Returns the texts of the conf directory, whether or not they are usable. */
    public ConfTexts found() {
        return rejected == null ? texts : rejected.texts();
    }
}

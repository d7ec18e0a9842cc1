package io.policyengine.core.config.reading;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks that a conf directory contains everything that a kernel requires. Without this check, a volume that is not
 * mounted would let requests pass without policies.
 */
public final class Completeness {
    private static final String KERNEL_FILE = "kernel.yaml";

    private Completeness() {}

    /**
     * Returns the problems of missing contents.
     * @param texts the source of the configuration; all files were readable
     */
    public static List<Problem> missing(ConfTexts texts, EngineConfig config) {
        List<Problem> missing = new ArrayList<>();
        if (!texts.files().containsKey(KERNEL_FILE)) {
            missing.add(Problem.error(
                    Location.ofFile(KERNEL_FILE),
                    "there is no such file, so defaults would replace all settings: is the volume mounted? If defaults"
                            + " are meant, write 'policy_kernel: {}' into it"));
        }
        if (config.routes().isEmpty() && !config.kernel().allowEmpty()) {
            missing.add(Problem.error(
                    Location.ofFile(ConfTexts.ROUTES),
                    "there is no route policy: is the volume mounted? If this is intended, set"
                            + " policy_kernel.allow_empty: true"));
        }
        return missing;
    }

    /** Returns whether the directory configures only workers. A kernel must not start from it. */
    public static boolean isOfWorkersAlone(ConfTexts texts, EngineConfig config) {
        return !texts.files().containsKey(KERNEL_FILE)
                && config.routes().isEmpty()
                && !config.workers().isEmpty();
    }
}

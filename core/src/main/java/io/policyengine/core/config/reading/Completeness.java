package io.policyengine.core.config.reading;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.ArrayList;
import java.util.List;

/** The contents that a conf directory must have for a kernel to serve by it: without them, requests would pass because something is missing. */
public final class Completeness {
    private static final String KERNEL_FILE = "kernel.yaml";

    private Completeness() {}

    /**
     * The problems of what is missing.
     *
     * @param texts what the configuration was read from, nothing of which is wrong
     */
    public static List<Problem> missing(ConfTexts texts, EngineConfig config) {
        List<Problem> missing = new ArrayList<>();
        if (!texts.files().containsKey(KERNEL_FILE)) {
            missing.add(Problem.error(
                    Location.ofFile(KERNEL_FILE),
                    "there is no such file, so defaults would replace all settings: is the volume mounted? If defaults are"
                            + " meant, write 'policy_kernel: {}' into it"));
        }
        if (config.routes().isEmpty() && !config.kernel().allowEmpty()) {
            missing.add(
                    Problem.error(
                            Location.ofFile(ConfTexts.ROUTES),
                            "there is no route policy: is the volume mounted? If that is meant, set policy_kernel.allow_empty: true"));
        }
        return missing;
    }

    /** True if the directory configures only workers, so that no kernel may start on it. */
    public static boolean isOfWorkersAlone(ConfTexts texts, EngineConfig config) {
        return !texts.files().containsKey(KERNEL_FILE)
                && config.routes().isEmpty()
                && !config.workers().isEmpty();
    }
}

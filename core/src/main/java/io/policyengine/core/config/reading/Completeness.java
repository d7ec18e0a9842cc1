package io.policyengine.core.config.reading;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.util.ArrayList;
import java.util.List;

/** What must be in a conf directory that a kernel serves by: without it, requests would pass because something is missing. */
public final class Completeness {
    private static final String KERNEL_FILE = "kernel.yaml";

    private Completeness() {}

    /**
     * What is missing.
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

    /** Whether a directory is that of workers alone, which no kernel is to be started on. */
    public static boolean isOfWorkersAlone(ConfTexts texts, EngineConfig config) {
        return !texts.files().containsKey(KERNEL_FILE)
                && config.routes().isEmpty()
                && !config.workers().isEmpty();
    }
}

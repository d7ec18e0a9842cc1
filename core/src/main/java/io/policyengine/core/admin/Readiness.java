package io.policyengine.core.admin;

import java.util.List;

/**
 * The answer of a process to the question whether it can serve.
 *
 * @param problems why it cannot, for people; empty if it can
 * @param notes what people should know all the same
 */
public record Readiness(List<String> problems, List<String> notes) {
    /** Copies. */
    public Readiness {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /** True if the process can serve. */
    public boolean isReady() {
        return problems.isEmpty();
    }

    /** With nothing to note. */
    public static Readiness of(List<String> problems) {
        return new Readiness(problems, List.of());
    }
}

package io.policyengine.core.admin;

import java.util.List;

/**
 * The readiness of a process.
 *
 * @param problems reasons why the process is not ready, as texts for operators; empty if it is ready
 * @param notes further information for operators
 */
public record Readiness(List<String> problems, List<String> notes) {
    public Readiness {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    public boolean isReady() {
        return problems.isEmpty();
    }

    /** Returns a readiness without notes. */
    public static Readiness of(List<String> problems) {
        return new Readiness(problems, List.of());
    }
}

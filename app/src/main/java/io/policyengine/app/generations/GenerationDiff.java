package io.policyengine.app.generations;

import io.policyengine.admin.diff.ConfDiff;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.engine.StateDirectory;
import io.policyengine.app.engine.Workers;
import io.policyengine.core.config.files.ConfTexts;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Prints the differences between two states of a conf directory. */
public final class GenerationDiff {
    private GenerationDiff() {}

    /**
     * Prints the differences.
     *
     * @param before the number of a generation, or {@code conf} for the conf directory
     * @param after the number of a generation, or {@code conf}
     * @return whether there are differences
     * @throws CommandFailure if a generation does not exist
     */
    public static boolean printBlocking(PrintWriter out, StateDirectory state, String before, String after) {
        ConfTexts old = GenerationNames.textsBlocking(state, before);
        ConfTexts now = GenerationNames.textsBlocking(state, after);
        List<String> different = ConfDiff.files(old, now);
        ConfDiff diff = new ConfDiff(before, after, schemas()::get);
        different.forEach(file -> diff.of(file, old, now).lines().forEach(out::println));
        out.flush();
        return !different.isEmpty();
    }

    private static Map<String, JsonNode> schemas() {
        Map<String, JsonNode> schemas = new HashMap<>();
        Workers.policies()
                .declared()
                .forEach(policy -> schemas.put(policy.descriptor().name(), policy.paramsSchema()));
        return schemas;
    }
}

package io.policyengine.e2e.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program of {@code e2e/src/test/node}, run by Node with the packages that {@code scripts/node-packages} fetches. */
public final class NodeProgram {
    private static final String PACKAGES = "POLICY_ENGINE_NODE_PACKAGES";

    private NodeProgram() {}

    /** Starts it. */
    public static OsProcess start(String name, String script, List<String> arguments) {
        String packages = System.getenv(PACKAGES);
        if (packages == null) {
            throw new IllegalStateException(
                    PACKAGES + " is not set; ./check sets it, and `scripts/node-packages` prints what to set it to.");
        }
        List<String> command = new ArrayList<>(List.of(
                "node",
                Installation.home().resolve("e2e/src/test/node/" + script).toString()));
        command.addAll(arguments);
        return OsProcess.start(name, command, Map.of(PACKAGES, packages));
    }
}

package io.policyengine.e2e.workers;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.OsProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The worker in {@code e2e/src/test/python}, as a process. */
public final class PythonWorker {
    private static final String PACKAGES = "POLICY_ENGINE_PYTHON_PACKAGES";

    private PythonWorker() {}

    /** Starts one and waits until it serves. */
    static OsProcess start(String name, Path socket) {
        return start(name, socket, "");
    }

    /** Starts one that sends spans to this receiver of OTLP, a URL, and waits until it serves. */
    public static OsProcess start(String name, Path socket, String receiver) {
        String packages = System.getenv(PACKAGES);
        if (packages == null) {
            throw new IllegalStateException(
                    PACKAGES + " is not set; ./check sets it, and `scripts/python-packages` prints what to set it to.");
        }
        Path home = Installation.home();
        OsProcess process = OsProcess.start(
                "python-worker",
                List.of(
                        "python3",
                        home.resolve("e2e/src/test/python/worker.py").toString(),
                        name,
                        socket.toString(),
                        home.resolve("proto/src/main/protobuf").toString(),
                        receiver),
                Map.of("PYTHONPATH", packages, "PYTHONDONTWRITEBYTECODE", "1"));
        Eventually.isTrue("the Python worker is serving", () -> {
            process.requireAlive();
            return process.lines().contains("the worker is serving");
        });
        return process;
    }
}

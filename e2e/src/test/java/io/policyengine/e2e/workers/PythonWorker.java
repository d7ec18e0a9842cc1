package io.policyengine.e2e.workers;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.OsProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Workers in Python, as processes. */
public final class PythonWorker {
    private static final String PACKAGES = "POLICY_ENGINE_PYTHON_PACKAGES";

    private PythonWorker() {}

    /** Starts the worker of {@code e2e/src/test/python} and waits until it serves. */
    static OsProcess start(String name, Path socket) {
        return start(name, socket, "");
    }

    /** Starts the worker of {@code e2e/src/test/python}, which sends spans to this receiver of OTLP, a URL, and waits until it serves. */
    public static OsProcess start(String name, Path socket, String receiver) {
        Path program = Installation.home().resolve("e2e/src/test/python/worker.py");
        return serving(List.of("python3", program.toString(), name, socket.toString(), protocol(), receiver));
    }

    /** Starts a worker of one file, which takes its socket and the folder of the protocol, and waits until it serves. */
    static OsProcess startProgram(Path program, Path socket) {
        return serving(List.of("python3", program.toString(), socket.toString(), protocol()));
    }

    private static String protocol() {
        return Installation.home().resolve("proto/src/main/protobuf").toString();
    }

    private static OsProcess serving(List<String> command) {
        String packages = System.getenv(PACKAGES);
        if (packages == null) {
            throw new IllegalStateException(
                    PACKAGES + " is not set; ./check sets it, and `scripts/python-packages` prints what to set it to.");
        }
        OsProcess process = OsProcess.start(
                "python-worker", command, Map.of("PYTHONPATH", packages, "PYTHONDONTWRITEBYTECODE", "1"));
        Eventually.isTrue("the Python worker is serving", () -> {
            process.requireAlive();
            return process.lines().contains("the worker is serving");
        });
        return process;
    }
}

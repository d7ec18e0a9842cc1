package io.policyengine.e2e.mcp;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation;
import io.policyengine.e2e.harness.NodeProgram;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.testkit.net.FreePort;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Servers and clients of the official libraries, as processes. */
final class McpPrograms {
    private static final String PYTHON_PACKAGES = "POLICY_ENGINE_PYTHON_PACKAGES";

    private McpPrograms() {}

    /** A server and the port that it listens on. */
    record Server(OsProcess process, int port) implements AutoCloseable {
        @Override
        public void close() {
            process.close();
        }
    }

    private static String packages(String variable, String script) {
        String packages = System.getenv(variable);
        if (packages == null) {
            throw new IllegalStateException(
                    variable + " is not set; ./check sets it, and `" + script + "` prints what to set it to.");
        }
        return packages;
    }

    private static OsProcess node(String script, List<String> arguments) {
        return NodeProgram.start("mcp-node", script, arguments);
    }

    private static OsProcess python(String script, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                Installation.home().resolve("e2e/src/test/python/" + script).toString()));
        command.addAll(arguments);
        return OsProcess.start(
                "mcp-python",
                command,
                Map.of(
                        "PYTHONPATH",
                        packages(PYTHON_PACKAGES, "scripts/python-packages"),
                        "PYTHONDONTWRITEBYTECODE",
                        "1"));
    }

    /** Starts the server in TypeScript. */
    static Server nodeServer() {
        OsProcess process = node("mcp-server.mjs", List.of());
        String port = Eventually.get("the port of the MCP server in Node", () -> {
            process.requireAlive();
            return process.lines().stream().findFirst().orElse(null);
        });
        return new Server(process, Integer.parseInt(port));
    }

    /** Starts the server in Python. */
    static Server pythonServer() {
        int port = FreePort.next();
        OsProcess process = python("mcp_server.py", List.of(Integer.toString(port)));
        Eventually.isTrue("the MCP server in Python listens", () -> {
            process.requireAlive();
            return listens(port);
        });
        return new Server(process, port);
    }

    private static boolean listens(int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/").toURL().openConnection();
            return connection.getResponseCode() > 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Runs the client in TypeScript; gives the lines that it prints. */
    static List<String> nodeClient(String kind, String url, String... calls) {
        return run(node("mcp-client.mjs", arguments(kind, url, calls)));
    }

    /** Runs the client in Python; gives the lines that it prints. */
    static List<String> pythonClient(String mode, String url, String... calls) {
        return run(python("mcp_client.py", arguments(mode, url, calls)));
    }

    private static List<String> arguments(String first, String url, String... calls) {
        List<String> arguments = new ArrayList<>(List.of(first, url));
        arguments.addAll(List.of(calls));
        return arguments;
    }

    private static List<String> run(OsProcess process) {
        try (process) {
            if (process.exitCodeWithin(60) != 0) {
                throw new AssertionError(process.output());
            }
            return process.lines().stream()
                    .filter(line -> line.startsWith("{"))
                    .map(line -> line.replace(" ", ""))
                    .toList();
        }
    }
}

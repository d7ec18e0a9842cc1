package io.policyengine.it.observability;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A finished run of Prometheus' promtool.
 *
 * @param exitCode 0 if nothing is wrong
 */
record Promtool(int exitCode, String output) {
    private static final long PATIENCE_SECONDS = 60;

    static Promtool run(Path folder, byte[] input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("promtool does not end");
        }
        return new Promtool(process.exitValue(), output);
    }

    /** The one beside {@code PROMETHEUS_BIN}, which {@code ./check} sets, else that on the path. */
    private static String program() {
        String prometheus = System.getenv("PROMETHEUS_BIN");
        return prometheus == null
                ? "promtool"
                : Path.of(prometheus).resolveSibling("promtool").toString();
    }
}

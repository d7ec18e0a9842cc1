package io.policyengine.app.demo;

import io.policyengine.app.command.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds an Envoy: in a clone of the repository its script does, which also fetches one; else ENVOY_BIN or PATH names it. */
final class EnvoyBinary {
    private EnvoyBinary() {}

    /**
     * The path of an Envoy.
     *
     * @throws CommandFailure if there is none
     */
    static Path findBlocking(@Nullable Path home) {
        Path script = home == null ? null : home.resolve("scripts/envoy");
        if (script != null && Files.isExecutable(script)) {
            return byScriptBlocking(script);
        }
        String named = System.getenv("ENVOY_BIN");
        if (named != null && !named.isEmpty()) {
            Path binary = Path.of(named);
            if (!isProgram(binary)) {
                throw CommandFailure.failed("ENVOY_BIN is not an executable file: " + named);
            }
            return binary;
        }
        String path = System.getenv("PATH");
        return Arrays.stream((path == null ? "" : path).split(File.pathSeparator))
                .map(folder -> Path.of(folder, "envoy"))
                .filter(EnvoyBinary::isProgram)
                .findFirst()
                .orElseThrow(() -> CommandFailure.failed(
                        "no Envoy was found: set ENVOY_BIN to an Envoy binary, or put envoy on PATH"));
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static Path byScriptBlocking(Path script) {
        try {
            Process process = new ProcessBuilder(script.toString(), "default")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String path = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw CommandFailure.failed("there is no Envoy to show the engine with");
            }
            return Path.of(path);
        } catch (IOException e) {
            throw CommandFailure.failed(script + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }
}

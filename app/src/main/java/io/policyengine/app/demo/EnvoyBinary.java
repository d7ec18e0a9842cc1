package io.policyengine.app.demo;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.envoy.EnvoyVersion;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds an Envoy: in a clone of the repository its script does, which also fetches one; else ENVOY_BIN or PATH names it. */
final class EnvoyBinary {
    private static final Pattern VERSION = Pattern.compile("/(\\d{1,4}\\.\\d{1,4}\\.\\d{1,4})");

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

    /**
     * The version that a binary says it is: the part {@code 1.40.0} of {@code hash/1.40.0/Clean/RELEASE/BoringSSL}. The oldest that the
     * engine works with, where it says none.
     */
    static EnvoyVersion versionBlocking(Path binary) {
        Matcher said = VERSION.matcher(output(binary.toString(), "--version"));
        return said.find() ? EnvoyVersion.parse(said.group(1)) : EnvoyVersion.OLDEST;
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }

    private static Path byScriptBlocking(Path script) {
        return Path.of(output(script.toString(), "default"));
    }

    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw CommandFailure.failed("there is no Envoy to show the engine with");
            }
            return output;
        } catch (IOException e) {
            throw CommandFailure.failed(command[0] + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }
}

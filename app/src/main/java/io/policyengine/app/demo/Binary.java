package io.policyengine.app.demo;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.command.ExternalProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An external program that the demo runs. In a clone of the repository, a script finds or downloads it. Elsewhere, an
 * environment variable or PATH locates it.
 */
enum Binary {
    ENVOY("Envoy", "ENVOY_BIN"),
    /** Redis or Valkey. */
    REDIS("Redis", "REDIS_SERVER_BIN");

    private final String title;
    private final String variable;

    Binary(String title, String variable) {
        this.title = title;
        this.variable = variable;
    }

    private List<String> script() {
        return switch (this) {
            case ENVOY -> List.of("scripts/envoy", "default");
            case REDIS -> List.of("scripts/redis");
        };
    }

    private List<String> names() {
        return switch (this) {
            case ENVOY -> List.of("envoy");
            case REDIS -> List.of("redis-server", "valkey-server");
        };
    }

    /**
     * Returns the path of the program; {@code home} is the clone or null. Throws {@link CommandFailure} if not found.
     */
    Path findBlocking(@Nullable Path home) {
        Path finder = home == null ? null : home.resolve(script().getFirst());
        if (finder != null && Files.isExecutable(finder)) {
            String[] command = script().toArray(String[]::new);
            command[0] = finder.toString();
            return Path.of(outputBlocking(title, command));
        }
        return new ExternalProgram(variable, names())
                .findBlocking(System::getenv, CommandFailure::failed)
                .orElseThrow(() -> CommandFailure.failed("no %s was found: set %s to its binary, or put %s on PATH"
                        .formatted(title, variable, names().getFirst())));
    }

    /** Returns the command's output, stripped of whitespace. Throws {@link CommandFailure} if the command fails. */
    static String outputBlocking(String title, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw CommandFailure.failed(title + " is required, but " + command[0] + " failed");
            }
            return output;
        } catch (IOException e) {
            throw CommandFailure.failed(command[0] + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }
}

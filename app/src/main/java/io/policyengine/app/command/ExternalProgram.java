package io.policyengine.app.command;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A program that an environment variable names, or that is in {@code PATH}.
 *
 * @param variable that names it
 * @param names of its file in {@code PATH}
 */
public record ExternalProgram(String variable, List<String> names) {
    /**
     * Returns the file that the variable names. If the variable is not set, returns the first match in {@code PATH}.
     *
     * @param refusal creates the failure for a variable that names no executable file
     */
    public Optional<Path> findBlocking(
            Function<String, @Nullable String> environment, Function<String, CommandFailure> refusal) {
        String named = environment.apply(variable);
        if (named != null && !named.isEmpty()) {
            if (!isProgram(Path.of(named))) {
                throw refusal.apply(variable + " is not an executable file: " + named);
            }
            return Optional.of(Path.of(named));
        }
        String path = environment.apply("PATH");
        return Arrays.stream((path == null ? "" : path).split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
                .filter(ExternalProgram::isProgram)
                .findFirst();
    }

    private static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}

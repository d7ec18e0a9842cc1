package io.policyengine.app.engine;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.reading.ConfDirectory;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A conf directory, with its path as the user wrote it. */
public record Conf(Path directory) {
    private static final List<Path> USUAL_PLACES = List.of(Path.of("conf"), Path.of("/etc/policy-engine"));

    /**
     * Returns the named directory, or the first default directory that exists.
     *
     * @param named null if the user named no directory
     * @throws CommandFailure if the directory does not exist
     */
    public static Conf of(@Nullable Path named) {
        if (named != null) {
            if (!Files.isDirectory(named)) {
                throw CommandFailure.usage(
                        named + ": " + (Files.exists(named) ? "not a directory" : "no such directory"));
            }
            return new Conf(named);
        }
        return USUAL_PLACES.stream()
                .filter(Files::isDirectory)
                .findFirst()
                .map(Conf::new)
                .orElseThrow(() -> CommandFailure.usage(
                        "there is no configuration in ./conf or /etc/policy-engine: name its directory with --conf"));
    }

    /**
     * Returns the named directory, even if it does not exist. If {@code named} is null, returns the first default
     * directory that exists; if none does, the last default.
     */
    public static Conf named(@Nullable Path named) {
        return new Conf(
                named != null
                        ? named
                        : USUAL_PLACES.stream()
                                .filter(Files::isDirectory)
                                .findFirst()
                                .orElse(USUAL_PLACES.getLast()));
    }

    /**
     * Loads the configuration.
     *
     * @throws CommandFailure with all problems, if the configuration is unusable
     */
    public EngineConfig loadBlocking() {
        try {
            return ConfDirectory.read(directory, System::getenv);
        } catch (ConfigException e) {
            throw unusable(e.problems());
        }
    }

    /** Reads the files before the process serves. Fails if the directory hangs, for example on a dead mount. */
    ConfTexts textsBlocking() {
        return FirstLook.atBlocking("the conf directory " + directory, () -> ConfTexts.readBlocking(directory));
    }

    CommandFailure unusable(List<Problem> problems) {
        return failure(problems, "The configuration cannot be used.");
    }

    /** Returns a failure with the given problems. {@code besides} completes the last sentence of its message. */
    CommandFailure unusable(List<Problem> problems, String besides) {
        return failure(problems, "The configuration cannot be used, " + besides);
    }

    private CommandFailure failure(List<Problem> problems, String conclusion) {
        return CommandFailure.usage(problems.stream()
                .map(problem -> placed(problem).toString())
                .collect(Collectors.joining("\n", "", "\n" + conclusion)));
    }

    /** Returns the problem with the path of its file resolved against this directory. */
    public Problem placed(Problem problem) {
        return problem.at(placed(problem.location()));
    }

    /** Returns the position with the path of its file resolved against this directory. */
    public Location placed(Location at) {
        return new Location(found(at.file()), at.line(), at.column());
    }

    private String found(String file) {
        try {
            Path inside = directory.resolve(file);
            // A dangling link is found too.
            return Files.exists(inside, LinkOption.NOFOLLOW_LINKS) ? inside.toString() : file;
        } catch (InvalidPathException notAPath) {
            return file;
        }
    }
}

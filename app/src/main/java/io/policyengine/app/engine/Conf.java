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

/** A conf directory as the user names it. */
public record Conf(Path directory) {
    private static final List<Path> USUAL_PLACES = List.of(Path.of("conf"), Path.of("/etc/policy-engine"));

    /**
     * The directory that is named, or the first of the usual places.
     *
     * @param named null: none
     * @throws CommandFailure if there is no such directory
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
                .orElseThrow(
                        () -> CommandFailure.usage(
                                "there is no configuration in ./conf nor in /etc/policy-engine: name its directory with --conf"));
    }

    /** The directory that is named, whether it is there or not; else the first of the usual places that is there, or the last. */
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
     * Everything that it says.
     *
     * @throws CommandFailure with all problems, if it cannot be used
     */
    public EngineConfig loadBlocking() {
        try {
            return ConfDirectory.read(directory, System::getenv);
        } catch (ConfigException e) {
            throw unusable(e.problems());
        }
    }

    /**
     * The texts of it, for a process that does not serve yet.
     *
     * @throws CommandFailure if it does not answer, as on a dead mount
     */
    ConfTexts textsBlocking() {
        return FirstLook.atBlocking("the conf directory " + directory, () -> ConfTexts.readBlocking(directory));
    }

    /** Returns the failure of a command for these problems. */
    CommandFailure unusable(List<Problem> problems) {
        return failure(problems, "The configuration cannot be used.");
    }

    /**
     * Returns the failure of a command for these problems and a further reason.
     *
     * @param besides the end of a sentence
     */
    CommandFailure unusable(List<Problem> problems, String besides) {
        return failure(problems, "The configuration cannot be used, " + besides);
    }

    private CommandFailure failure(List<Problem> problems, String conclusion) {
        return CommandFailure.usage(problems.stream()
                .map(problem -> placed(problem).toString())
                .collect(Collectors.joining("\n", "", "\n" + conclusion)));
    }

    /** The problem with its file as it is found from the working directory. */
    public Problem placed(Problem problem) {
        Location at = problem.location();
        return problem.at(new Location(found(at.file()), at.line(), at.column()));
    }

    private String found(String file) {
        try {
            Path inside = directory.resolve(file);
            // Also a link that leads nowhere.
            return Files.exists(inside, LinkOption.NOFOLLOW_LINKS) ? inside.toString() : file;
        } catch (InvalidPathException notAPath) {
            return file;
        }
    }
}

package io.policyengine.app.exercise;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A conf directory for an engine that serves no clients and listens on free loopback ports.
 *
 * @param folder a temporary directory that contains the conf directory and the state directory
 */
public record ExerciseConf(Path folder) {
    public static ExerciseConf writeBlocking() {
        try {
            Path folder = Files.createTempDirectory("policy-engine-");
            Repertoire.writeBlocking(folder.resolve("conf"));
            return new ExerciseConf(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path directory() {
        return folder.resolve("conf");
    }

    /** Returns the path of the state directory, which the engine creates. */
    public Path state() {
        return folder.resolve("state");
    }

    public void deleteBlocking() {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.deleteIfExists(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

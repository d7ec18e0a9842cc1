package io.policyengine.policies.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Test vectors that others wrote. They are no part of the project: they lie in {@code shared/data} beside the clone or a folder above it, or where
 * the environment variable POLICY_ENGINE_VECTORS says. Tests that need them are left out where they are missing, but not with {@code CI=true}.
 */
public final class Vectors {
    private static final JsonMapper JSON = new JsonMapper();

    private Vectors() {}

    /** A file, such as {@code wycheproof/ecdsa_test.json}. */
    public static JsonNode read(String file) {
        return JSON.readTree(existing(file).toFile());
    }

    /** The JSON files of a folder, not of those in it, by name. */
    public static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(existing(folder))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path existing(String file) {
        Path path = find(file);
        if (path == null) {
            String missing = "shared/data/" + file + " is in no folder above: the vectors are not judged";
            assertThat(System.getenv("CI")).as(missing).isNotEqualTo("true");
            assumeTrue(false, missing);
            throw new IllegalStateException(missing);
        }
        return path;
    }

    private static @Nullable Path find(String file) {
        String named = System.getenv("POLICY_ENGINE_VECTORS");
        if (named != null) {
            return ifExists(Path.of(named, file));
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path found = ifExists(folder.resolve("shared/data").resolve(file));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Path ifExists(Path path) {
        return Files.exists(path) ? path : null;
    }
}

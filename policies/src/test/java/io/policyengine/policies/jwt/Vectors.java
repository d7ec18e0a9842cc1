package io.policyengine.policies.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Test vectors that others wrote. They are no part of the project: they lie in {@code shared/data} beside the clone or a folder above it, or where
 * the environment variable POLICY_ENGINE_VECTORS says. Tests that need them are left out where they are missing, but not with {@code CI=true}.
 */
final class Vectors {
    private static final JsonMapper JSON = new JsonMapper();

    private Vectors() {}

    /** A file of Wycheproof's. */
    static JsonNode wycheproof(String file) {
        Path path = find("wycheproof/" + file);
        if (path == null) {
            String missing = "shared/data/wycheproof/" + file + " is in no folder above: the vectors are not judged";
            assertThat(System.getenv("CI")).as(missing).isNotEqualTo("true");
            assumeTrue(false, missing);
            throw new IllegalStateException(missing);
        }
        return JSON.readTree(path.toFile());
    }

    private static @Nullable Path find(String file) {
        String named = System.getenv("POLICY_ENGINE_VECTORS");
        if (named != null) {
            return existing(Path.of(named, file));
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path found = existing(folder.resolve("shared/data").resolve(file));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Path existing(Path path) {
        return Files.exists(path) ? path : null;
    }
}

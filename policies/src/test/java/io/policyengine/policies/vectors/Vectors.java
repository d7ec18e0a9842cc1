package io.policyengine.policies.vectors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Test vectors that others wrote: unchanged copies beside this class's resources, each folder with its licence. */
public final class Vectors {
    private static final JsonMapper JSON = new JsonMapper();

    private Vectors() {}

    /** A file, such as {@code wycheproof/json_web_key_test.json}. */
    public static JsonNode read(String file) {
        return JSON.readTree(path(file).toFile());
    }

    /** The JSON files of a folder by name, without those of the folders in it. */
    public static List<Path> files(String folder) {
        try (Stream<Path> files = Files.list(path(folder))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path path(String file) {
        URL found = Vectors.class.getResource(file);
        if (found == null) {
            throw new IllegalArgumentException(file + " is not among the vectors");
        }
        try {
            return Path.of(found.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(file + " has no path", e);
        }
    }
}

package io.policyengine.app.demo;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The example configuration: the directory conf of a clone, or its copy in the jar. */
final class ExampleConf {
    private static final String IN_JAR = "/example-conf";

    private ExampleConf() {}

    /** An action on the directory of the example configuration, which may be deleted after the action returns. */
    interface Use<T> {
        T with(Path conf) throws IOException;
    }

    /** Runs an action with the directory conf of the clone {@code home}. Without a clone, uses the copy in the jar. */
    static <T> T useBlocking(@Nullable Path home, Use<T> use) throws IOException {
        Path own = home == null ? null : home.resolve("conf");
        if (own != null && Files.isDirectory(own)) {
            return use.with(own);
        }
        URL copy = Objects.requireNonNull(ExampleConf.class.getResource(IN_JAR), "the jar holds no example");
        try {
            URI uri = copy.toURI();
            if (!uri.getScheme().equals("jar")) {
                return use.with(Path.of(uri));
            }
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                return use.with(jar.getPath(IN_JAR));
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }
}

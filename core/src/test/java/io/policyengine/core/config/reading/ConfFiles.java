package io.policyengine.core.config.reading;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A conf directory of a test. */
record ConfFiles(Path directory, Map<String, String> environment) {
    static final List<String> EXAMPLE = List.of("kernel.yaml", "worker.yaml", "routes/users.yaml");

    static ConfFiles in(Path directory) {
        return new ConfFiles(directory, Map.of());
    }

    /** A file of the specification. */
    static String example(String name) {
        return resource("example/" + name);
    }

    static String resource(String name) {
        try (InputStream stream = Objects.requireNonNull(ConfFiles.class.getResourceAsStream(name), name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One text with a line {@code --- name} before each file. */
    ConfFiles writeAll(String files) {
        Arrays.stream(files.split("(?m)^--- ", -1))
                .filter(part -> !part.isBlank())
                .forEach(part ->
                        write(part.substring(0, part.indexOf('\n')).strip(), part.substring(part.indexOf('\n') + 1)));
        return this;
    }

    ConfFiles write(String name, String text) {
        try {
            var path = directory.resolve(name);
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.writeString(path, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    EngineConfig read() {
        return ConfDirectory.read(directory, environment::get);
    }

    /** What is wrong, with the whole or with entries, a problem a line. */
    List<String> problems() {
        try {
            var config = read();
            var entries = config.routes().stream()
                    .flatMap(route -> Stream.of(route.requestFlow(), route.responseFlow()))
                    .flatMap(flow -> flow.chain().stream());
            return Stream.concat(config.warnings().stream(), entries.flatMap(entry -> entry.problems().stream()))
                    .map(Problem::toString)
                    .toList();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }
}

package io.policyengine.app.demo;

import io.policyengine.app.command.CommandFailure;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A copy of the example configuration on free ports, with one route besides that is misconfigured. */
final class DemoConf {
    private static final String EXAMPLE = "/example-conf";
    private static final YAMLMapper YAML = new YAMLMapper();

    private DemoConf() {}

    /**
     * Writes the copy.
     *
     * @param home of the repository, whose conf directory is taken; null: the copy inside the jar
     * @param socket of the worker
     */
    static void writeBlocking(@Nullable Path home, Path target, Path socket) {
        try {
            Path own = home == null ? null : home.resolve("conf");
            if (own != null && Files.isDirectory(own)) {
                copy(own, target);
            } else {
                copyFromClassPath(target);
            }
            change(target.resolve("kernel.yaml"), file -> {
                file.withObject("/policy_kernel/server")
                        .put("address", "127.0.0.1")
                        .put("port", 0);
                file.withObject("/policy_kernel/observability").put("metrics_port", 0);
                ((ObjectNode) file.at("/policy_kernel/workers/0")).put("socket_path", socket.toString());
            });
            change(target.resolve("worker.yaml"), file -> {
                file.withObject("/worker_core").put("socket_path", socket.toString());
                file.withObject("/worker_core/observability").put("metrics_port", 0);
            });
            Files.writeString(target.resolve("routes/misconfigured.yaml"), """
                    # Only in the demo: a policy that no worker declares.
                    route_policies:
                      - route_name: /misconfigured
                        request_flow:
                          policy_chain:
                            - policy: apiKeyAut
                    """);
        } catch (IOException | URISyntaxException e) {
            throw CommandFailure.failed("the demo's configuration cannot be written: " + e.getMessage());
        }
    }

    private interface Change {
        void apply(ObjectNode file);
    }

    private static void change(Path file, Change change) throws IOException {
        ObjectNode tree = (ObjectNode) YAML.readTree(Files.readString(file));
        change.apply(tree);
        Files.writeString(file, YAML.writeValueAsString(tree));
    }

    private static void copyFromClassPath(Path target) throws IOException, URISyntaxException {
        URL example = Objects.requireNonNull(DemoConf.class.getResource(EXAMPLE), "the jar holds no example");
        URI uri = example.toURI();
        if (uri.getScheme().equals("jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                copy(jar.getPath(EXAMPLE), target);
            }
        } else {
            copy(Path.of(uri), target);
        }
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }
}

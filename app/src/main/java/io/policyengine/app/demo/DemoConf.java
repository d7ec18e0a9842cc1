package io.policyengine.app.demo;

import io.policyengine.app.command.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Writes a copy of a scene's configuration in which the servers listen on free ports. */
final class DemoConf {
    private static final YAMLMapper YAML = new YAMLMapper();

    private DemoConf() {}

    /**
     * Writes the copy.
     *
     * @param home the repository whose conf directory is copied, or null for the copy in the jar
     * @param socket the path of the worker's socket
     * @param stores the URL for all stores of the worker, or null to leave them as configured
     */
    static void writeBlocking(@Nullable Path home, Scene scene, Path target, Path socket, @Nullable String stores) {
        try {
            ExampleConf.useBlocking(home, conf -> copy(conf.resolve(scene.folder()), target));
            change(target.resolve("kernel.yaml"), file -> {
                file.withObject("/policy_kernel/server")
                        .put("address", "127.0.0.1")
                        .put("port", 0);
                ObjectNode observability = file.withObject("/policy_kernel/observability");
                observability.put("metrics_port", 0);
                // A demo has no collector, and must not send spans to one that happens to run.
                observability.remove("tracing");
                ((ObjectNode) file.at("/policy_kernel/workers/0")).put("socket_path", socket.toString());
            });
            change(target.resolve("worker.yaml"), file -> {
                file.withObject("/worker_core").put("socket_path", socket.toString());
                file.withObject("/worker_core/observability").put("metrics_port", 0);
                if (stores != null) {
                    file.at("/worker_core/stores").forEach(store -> ((ObjectNode) store).put("url", stores));
                }
            });
            for (Map.Entry<String, String> one : scene.more().entrySet()) {
                Files.writeString(target.resolve(one.getKey()), one.getValue());
            }
        } catch (IOException e) {
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

    private static Path copy(Path source, Path target) throws IOException {
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
        return target;
    }
}

package io.policyengine.core.config;

import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.Bound;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a conf directory: kernel.yaml, worker.yaml and other files with {@code worker_core}, routes/*.yaml. Other files are
 * left alone.
 */
public final class ConfDirectory {
    private static final String KERNEL_FILE = "kernel.yaml";
    private static final String ROUTES = "routes";
    private static final String YAML = ".yaml";
    private static final Comparator<Problem> BY_PLACE = Comparator.comparing(
                    (Problem problem) -> problem.location().file())
            .thenComparingInt(problem -> problem.location().line())
            .thenComparingInt(problem -> problem.location().column());

    private final Path directory;
    private final List<Problem> problems = new ArrayList<>();
    private final References references;

    private ConfDirectory(Path directory, Function<String, @Nullable String> environment) {
        this.directory = directory;
        this.references = new References(directory, environment, problems);
    }

    /**
     * Reads everything. Blocks: not for an event loop.
     *
     * @param env the environment, such as {@code System::getenv}; null for what is not set
     * @throws ConfigException with every problem of all files, by file and line, if one of them is an error
     */
    public static EngineConfig read(Path dir, Function<String, @Nullable String> env) {
        var reading = examine(dir, env);
        if (!reading.isUsable()) {
            throw new ConfigException(reading.problems());
        }
        return reading.config();
    }

    /**
     * Reads everything, as far as it can be read. Blocks: not for an event loop.
     *
     * @param env as for {@link #read}
     */
    public static Reading examine(Path dir, Function<String, @Nullable String> env) {
        return new ConfDirectory(dir, env).examine();
    }

    /**
     * What is in a directory, right or wrong.
     *
     * @param config without what is wrong: not to be run with if something is
     * @param problems by file and line
     */
    public record Reading(EngineConfig config, List<Problem> problems) {
        /** Whether nothing forbids to run with it. */
        public boolean isUsable() {
            return problems.stream().noneMatch(problem -> problem.severity() == Problem.Severity.ERROR);
        }
    }

    private Reading examine() {
        Optional<Section> kernelFile = Optional.empty();
        var kernel = KernelConfig.defaults();
        var workers = new ArrayList<WorkerCoreConfig>();
        var routeFiles = new ArrayList<Section>();
        if (!Files.isDirectory(directory)) {
            problems.add(Problem.error(Location.ofFile(directory.toString()), "no such directory"));
        }
        var taken = new HashMap<String, Location>();
        for (var name : yamlFiles("")) {
            if (name.equals(KERNEL_FILE)) {
                kernelFile = parse(name).map(this::section);
                kernel = kernelFile.map(file -> new KernelSection(file).read()).orElse(kernel);
            } else if (isWorkerFile(name)) {
                parse(name)
                        .map(this::section)
                        .flatMap(file -> worker(file, taken))
                        .ifPresent(workers::add);
            }
        }
        for (var name : yamlFiles(ROUTES)) {
            parse(name).map(this::section).ifPresent(file -> {
                file.validate(ConfigSchemas.ROUTES);
                routeFiles.add(file);
            });
        }
        var routes = RoutesSections.read(kernelFile, routeFiles);
        return conclude(kernel, workers, routes);
    }

    private Reading conclude(KernelConfig kernel, List<WorkerCoreConfig> workers, List<RouteConfig> routes) {
        var sorted = problems.stream().distinct().sorted(BY_PLACE).toList();
        var warnings = sorted.stream()
                .filter(problem -> problem.severity() == Problem.Severity.WARNING)
                .toList();
        return new Reading(new EngineConfig(kernel, workers, routes, warnings, references.files()), sorted);
    }

    /** Names of the YAML files in a folder, relative to the conf directory, sorted. */
    private List<String> yamlFiles(String folder) {
        var path = directory.resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (var entries = Files.list(path)) {
            var names = entries.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .map(name -> folder.isEmpty() ? name : folder + "/" + name)
                    .toList();
            names.stream()
                    .filter(name -> name.endsWith(".yml"))
                    .forEach(name -> problems.add(Problem.warning(
                            Location.ofFile(name), "not read: the names of configuration files end in " + YAML)));
            return names.stream().filter(name -> name.endsWith(YAML)).toList();
        } catch (IOException e) {
            problems.add(Problem.error(
                    Location.ofFile(path.toString()),
                    "cannot be listed (" + e.getClass().getSimpleName() + ")"));
            return List.of();
        }
    }

    private boolean isWorkerFile(String name) {
        if (name.equals("worker.yaml")) {
            return true;
        }
        try {
            var file = YamlFile.parse(name, Files.readString(directory.resolve(name)));
            for (var key : List.of(ConfigSchemas.KERNEL_KEY, ConfigSchemas.ROUTES_KEY)) {
                if (file.root().has(key)) {
                    problems.add(Problem.warning(
                            file.key("/" + key),
                            "'" + key + "' is not read from this file; it belongs in kernel.yaml"
                                    + (key.equals(ConfigSchemas.ROUTES_KEY) ? " or routes/" : "")));
                }
            }
            return file.root().has(ConfigSchemas.WORKER_KEY);
        } catch (ConfigException | IOException e) {
            // Not ours, unless its name says so.
            return name.startsWith("worker");
        }
    }

    private Optional<LocatedTree> parse(String name) {
        try {
            return Optional.of(YamlFile.parse(name, Files.readString(directory.resolve(name))));
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        } catch (CharacterCodingException e) {
            problems.add(Problem.error(Location.ofFile(name), "not UTF-8"));
        } catch (IOException e) {
            problems.add(Problem.error(
                    Location.ofFile(name), "cannot be read (" + e.getClass().getSimpleName() + ")"));
        }
        return Optional.empty();
    }

    private Section section(LocatedTree tree) {
        return new Section(references.resolve(tree), problems);
    }

    private Optional<WorkerCoreConfig> worker(Section file, Map<String, Location> taken) {
        var root = "/" + ConfigSchemas.WORKER_KEY;
        var socket = root + "/socket_path";
        var name = root + "/name";
        file.validate(ConfigSchemas.WORKER);
        if (!(file.at(root) instanceof ObjectNode written)) {
            return Optional.empty();
        }
        file.checkSocketPath(socket);
        if (file.isBroken(root)) {
            return Optional.empty();
        }
        return switch (WorkerCoreConfig.BINDER.bind(written)) {
            case Bound.Ok<WorkerCoreConfig>(var worker) -> {
                var first = taken.putIfAbsent("socket " + worker.socketPath(), file.place(socket));
                if (first != null) {
                    file.error(socket, "the socket path of another worker, at " + first);
                }
                var namesake = taken.putIfAbsent("name " + worker.name(), file.place(name));
                if (namesake != null) {
                    file.error(
                            name,
                            "the name of another worker, at " + namesake + "; a replica has a directory of its own");
                }
                yield Optional.of(worker);
            }
            case Bound.Invalid<WorkerCoreConfig>(var found) -> {
                found.forEach(problem -> file.error(root + problem.pointer(), problem.message()));
                yield Optional.empty();
            }
        };
    }
}

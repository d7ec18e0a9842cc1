package io.policyengine.core.config.reading;

import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.WorkerCoreConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.files.FileText;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.config.yaml.ValueBudget;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.BoundParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a conf directory: kernel.yaml, overrides.yaml, worker.yaml and other files with {@code worker_core}, and the
 * YAML files in routes/ and its subdirectories. Other YAML files have no effect, but they must be readable, since they
 * might be workers' files.
 */
public final class ConfDirectory {
    private static final String KERNEL_FILE = "kernel.yaml";
    private static final String ROUTES = ConfTexts.ROUTES + "/";
    private static final String YAML = ".yaml";
    /** The file to which each key belongs. In another file, the settings below the key would have no effect. */
    private static final Map<String, String> FOREIGN_KEYS = Map.of(
            ConfigSchemas.KERNEL_KEY,
            KERNEL_FILE,
            ConfigSchemas.OVERRIDES_KEY,
            KERNEL_FILE + " or " + ConfTexts.OVERRIDES);

    private static final Comparator<Problem> BY_PLACE = Comparator.comparing(
                    (Problem problem) -> problem.location().file())
            .thenComparingInt(problem -> problem.location().line())
            .thenComparingInt(problem -> problem.location().column());

    private final ConfTexts texts;
    private final NotedProblems problems = new NotedProblems();
    /**
     * The problems of keys in the wrong file, and of unreadable files that seem to contain routes. These problems do
     * not prevent a worker's start.
     */
    private final List<Problem> misplaced = new ArrayList<>();

    private final ValueBudget budget = new ValueBudget();
    private final References references;

    private ConfDirectory(ConfTexts texts, Function<String, @Nullable String> environment) {
        this.texts = texts;
        this.references = new References(texts, environment, problems);
    }

    /**
     * Reads all files. Blocks: not for an event loop.
     * @param env returns the value of an environment variable, such as {@code System::getenv}; null if it is unset
     * @throws ConfigException with the problems of all files, by file and line, if one of them is an error
     */
    public static EngineConfig read(Path dir, Function<String, @Nullable String> env) {
        return parse(ConfTexts.readBlocking(dir), env);
    }

    /**
     * Parses a configuration from texts that were read earlier. Reads no file, but takes time.
     * @param env as for {@link #read}
     * @throws ConfigException as {@link #read} does
     */
    public static EngineConfig parse(ConfTexts texts, Function<String, @Nullable String> env) {
        var reading = examine(texts, env);
        if (!reading.isUsable()) {
            throw new ConfigException(reading.problems());
        }
        return reading.config();
    }

    /**
     * Parses a configuration and returns its valid parts together with all problems. Reads no file.
     * @param env as for {@link #read}
     */
    public static Reading examine(ConfTexts texts, Function<String, @Nullable String> env) {
        return new ConfDirectory(texts, env).examine();
    }

    /**
     * Returns the workers with valid files, even if other files are invalid.
     *
     * @param problems receives the problems of workers' files
     */
    public static List<WorkerCoreConfig> workers(
            ConfTexts texts, Function<String, @Nullable String> env, List<Problem> problems) {
        var directory = new ConfDirectory(texts, env);
        var workers = directory.workers();
        problems.addAll(directory.sortedProblems());
        return workers;
    }

    /**
     * Returns the overrides in the text of an overrides.yaml, without regard to other files.
     *
     * @throws ConfigException with all problems of the text
     */
    public static List<OverrideConfig> overrides(String text) {
        return OverridesSections.readAlone(text);
    }

    /**
     * The content of a directory, valid or not.
     *
     * @param config the valid parts only: not to be used if there are errors
     * @param problems sorted by file and line
     * @param unsound positions of route policies that have problems themselves or refer to a shared chain with problems
     * @param knowsWorkers whether all workers and their settings could be read without errors
     */
    public record Reading(EngineConfig config, List<Problem> problems, Set<Location> unsound, boolean knowsWorkers) {
        public Reading {
            problems = List.copyOf(problems);
            unsound = Set.copyOf(unsound);
        }

        /** Returns whether the route is complete, that is, no invalid part of it was omitted. */
        public boolean isWhole(RouteConfig route) {
            return !unsound.contains(route.location());
        }

        public boolean isUsable() {
            return !hasErrors(problems);
        }
    }

    private Reading examine() {
        if (texts.fault() != null) {
            problems.add(Problem.error(Location.ofFile(texts.directory().toString()), texts.fault()));
        }
        noteWhatIsNotRead();
        var kernelFile = file(KERNEL_FILE);
        var kernel = kernelFile.map(file -> new KernelSection(file).read()).orElseGet(KernelConfig::defaults);
        var workers = workers();
        var knowsWorkers = knowsWorkers(kernelFile);
        problems.addAll(misplaced);
        var routeFiles = new ArrayList<Section>();
        for (var name : yamlFiles(true)) {
            parse(name).map(this::section).ifPresent(file -> {
                file.validate(ConfigSchemas.routesValidator());
                routeFiles.add(file);
            });
        }
        var routes = RoutesSections.read(kernelFile, routeFiles, budget);
        var overridesFile = file(ConfTexts.OVERRIDES);
        overridesFile.ifPresent(file -> file.validate(ConfigSchemas.overridesValidator()));
        var overrides = OverridesSections.read(kernelFile, overridesFile);
        if (!hasErrors(problems)) { // else a named route may be among those that could not be read
            overrides.checkNames(kernel, routes.routes());
            warnOfUnknownRoutes(kernelFile);
        }
        return conclude(kernel, workers, routes, overrides.all(), knowsWorkers);
    }

    /** Returns whether all workers are known. Call after reading the files that define workers. */
    private boolean knowsWorkers(Optional<Section> kernel) {
        return problems.stream()
                        .allMatch(problem -> problem.severity() == Problem.Severity.WARNING
                                || problem.location().file().startsWith(ROUTES)
                                || problem.location().file().equals(ConfTexts.ROUTES)
                                || problem.location().file().equals(ConfTexts.OVERRIDES)
                                || (kernel.isPresent()
                                        && problem.location().file().equals(KERNEL_FILE)))
                && kernel.map(KernelSection::knowsWorkers).orElse(true);
    }

    /**
     * Records problems for files and folders that were not read, since they may contain route policies that protect a
     * resource.
     */
    private void noteWhatIsNotRead() {
        texts.faults().forEach((name, why) -> problems.add(notRead(name, why)));
        texts.files().forEach((name, file) -> {
            if (file instanceof FileText.Unreadable(String why)) {
                problems.add(notRead(name, why));
            } else if (!name.endsWith(YAML)) {
                String message = "not read: the names of configuration files end in " + YAML;
                problems.add(
                        name.startsWith(ROUTES)
                                ? Problem.error(Location.ofFile(name), message)
                                : Problem.warning(Location.ofFile(name), message));
            }
        });
    }

    private static Problem notRead(String name, String why) {
        return Problem.error(Location.ofFile(name), why.startsWith("is ") ? why.substring(3) : why);
    }

    /**
     * Warns if {@code unknown_route} is not set. By default, requests of unknown routes pass, so an operator should
     * choose explicitly.
     */
    private void warnOfUnknownRoutes(Optional<Section> kernel) {
        var root = "/" + ConfigSchemas.KERNEL_KEY;
        if (kernel.map(file -> file.has(root + "/unknown_route")).orElse(false)) {
            return;
        }
        problems.add(Problem.warning(
                kernel.map(file -> file.place(root)).orElse(Location.ofFile(KERNEL_FILE)),
                "'unknown_route' is not set: requests of routes that have no policies pass unprocessed. Write"
                        + " 'unknown_route: deny', and list in 'open_routes' the routes that are meant to have none; or"
                        + " 'unknown_route: continue' if this is intended"));
    }

    private Optional<Section> file(String name) {
        return texts.files().containsKey(name) ? parse(name).map(this::section) : Optional.empty();
    }

    private static boolean hasErrors(List<Problem> problems) {
        return problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    }

    private List<WorkerCoreConfig> workers() {
        var workers = new ArrayList<WorkerCoreConfig>();
        var taken = new HashMap<String, Location>();
        for (var name : yamlFiles(false)) {
            if (!name.equals(KERNEL_FILE) && !name.equals(ConfTexts.OVERRIDES) && isWorkerFile(name)) {
                parse(name)
                        .map(this::section)
                        .flatMap(file -> worker(file, taken))
                        .ifPresent(workers::add);
            }
        }
        return workers;
    }

    private Reading conclude(
            KernelConfig kernel,
            List<WorkerCoreConfig> workers,
            RoutesSections.Read routes,
            List<OverrideConfig> overrides,
            boolean knowsWorkers) {
        var sorted = sortedProblems();
        var warnings = sorted.stream()
                .filter(problem -> problem.severity() == Problem.Severity.WARNING)
                .toList();
        return new Reading(
                new EngineConfig(kernel, workers, routes.routes(), overrides, warnings, budget.taken()),
                sorted,
                routes.unsound(),
                knowsWorkers);
    }

    private List<Problem> sortedProblems() {
        return Stream.concat(
                        problems.stream().distinct().sorted(BY_PLACE),
                        problems.leftOut(texts.directory().toString()).stream())
                .toList();
    }

    /** Returns the names of the YAML files in the routes directory, or of those outside of it. */
    private List<String> yamlFiles(boolean ofRoutes) {
        return texts.files().keySet().stream()
                .filter(name -> name.endsWith(YAML) && name.startsWith(ROUTES) == ofRoutes)
                .toList();
    }

    private boolean isWorkerFile(String name) {
        if (name.equals("worker.yaml")) {
            return true;
        }
        try {
            if (!(texts.files().get(name) instanceof FileText.Content(String text))) {
                return name.startsWith("worker");
            }
            var file = YamlFile.parse(name, text);
            noteMisplaced(file);
            return file.root().has(ConfigSchemas.WORKER_KEY);
        } catch (ConfigException e) {
            if (hasLineOfRoutes(name)) {
                misplaced.addAll(e.problems());
            }
            // Files of other programs are ignored, unless the name claims to be a worker's.
            return name.startsWith("worker");
        }
    }

    /**
     * Returns whether a file that is not valid YAML seems to contain route policies. Files of other programs are
     * ignored.
     */
    private boolean hasLineOfRoutes(String name) {
        return texts.files().get(name) instanceof FileText.Content(String text)
                && text.lines().anyMatch(line -> line.startsWith(ConfigSchemas.ROUTES_KEY + ":"));
    }

    private void noteMisplaced(LocatedTree file) {
        FOREIGN_KEYS.forEach((key, home) -> {
            if (file.root().has(key)) {
                misplaced.add(Problem.warning(
                        file.key("/" + key), "'" + key + "' is not read from this file; it belongs in " + home));
            }
        });
        for (var above : List.of("", "/" + ConfigSchemas.KERNEL_KEY)) {
            if (file.root().at(above).has(ConfigSchemas.ROUTES_KEY)) {
                misplaced.add(Problem.error(
                        file.key(above + "/" + ConfigSchemas.ROUTES_KEY),
                        "'" + ConfigSchemas.ROUTES_KEY
                                + "' is not read from this file, so the routes in it would have no"
                                + " policies: move it to a file below " + ROUTES));
            }
        }
    }

    private Optional<LocatedTree> parse(String name) {
        return switch (Objects.requireNonNull(texts.files().get(name), name)) {
            case FileText.Content(String text) -> parse(name, text);
            case FileText.Unreadable(String why) -> {
                problems.add(notRead(name, why));
                yield Optional.empty();
            }
        };
    }

    private Optional<LocatedTree> parse(String name, String text) {
        try {
            return Optional.of(YamlFile.parse(name, text, budget));
        } catch (ConfigException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    private Section section(LocatedTree tree) {
        return new Section(references.resolve(tree), problems);
    }

    private Optional<WorkerCoreConfig> worker(Section file, Map<String, Location> taken) {
        var root = "/" + ConfigSchemas.WORKER_KEY;
        var socket = root + "/socket_path";
        var name = root + "/name";
        file.validate(ConfigSchemas.workerValidator());
        if (!(file.at(root) instanceof ObjectNode written)) {
            return Optional.empty();
        }
        file.checkSocketPath(socket);
        file.checkSecretRules(root + "/secrets");
        TargetRules.check(file, root + "/targets");
        StoreRules.check(file, root + "/stores");
        SinkRules.check(file, root + "/sinks");
        if (file.isBroken(root)) {
            return Optional.empty();
        }
        return switch (WorkerCoreConfig.BINDER.bind(written)) {
            case BoundParams.Ok<WorkerCoreConfig>(var worker) -> {
                var first = taken.putIfAbsent("socket " + worker.socketPath(), file.place(socket));
                if (first != null) {
                    file.error(socket, "another worker has the same socket path, at " + first);
                }
                var namesake = taken.putIfAbsent("name " + worker.name(), file.place(name));
                if (namesake != null) {
                    file.error(
                            name,
                            "another worker has the same name, at " + namesake
                                    + "; give each replica its own directory");
                }
                yield Optional.of(worker.withSources(policy -> file.settings(root + "/policies/config", policy)));
            }
            case BoundParams.Invalid<WorkerCoreConfig>(var found) -> {
                found.forEach(problem -> file.error(root + problem.pointer(), problem.message()));
                yield Optional.empty();
            }
        };
    }
}

package io.policyengine.app.envoy.check;

import io.policyengine.app.envoy.EnvoyConfigWriter;
import io.policyengine.app.envoy.EnvoyNeeds;
import io.policyengine.app.envoy.EnvoyOptions;
import io.policyengine.app.envoy.EnvoyParts;
import io.policyengine.app.envoy.EnvoyParts.Scope;
import io.policyengine.app.envoy.check.Finding.Level;
import io.policyengine.core.config.EngineConfig;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.http.PathRules;
import io.policyengine.kernel.trust.EnvoyFault;
import io.policyengine.kernel.trust.PatchRelease;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks a user's own Envoy configuration against Envoy's API and the requirements of the engine. Parts that Envoy
 * receives by xDS are reported as not seen.
 *
 * @param options the options of the printed configuration with which the file is compared
 */
record EnvoyCheck(EngineConfig config, EnvoyNeeds needs, EnvoyOptions options) {
    private static final Comparator<Finding> BY_LINE = Comparator.comparingInt(
                    (Finding finding) -> finding.location().line())
            .thenComparingInt(finding -> finding.location().column());

    /** Maximum lines of Envoy's own message that a finding repeats. */
    private static final int MAX_LINES_OF_ENVOY = 10;

    /**
     * The result of the check.
     *
     * @param findings ordered by line
     * @param isBootstrap whether Envoy can be started with the file
     */
    record Result(List<Finding> findings, boolean isBootstrap) {}

    /** Checks the text of a file. */
    Result check(String name, String text) {
        LocatedTree tree;
        try {
            tree = YamlFile.parse(name, text);
        } catch (ConfigException e) {
            return new Result(e.problems().stream().map(EnvoyCheck::unreadable).toList(), false);
        }
        EnvoyFile file = ApiReader.read(EnvoyApi.loadBlocking(), Resources.message(name, tree.root()), tree);
        Resources resources = Resources.of(file);
        EnvoyParts model = new EnvoyConfigWriter(config, needs, options).parts();
        if (Resources.isBootstrap(file)) {
            new SettingsCheck(file, model).check(Scope.BOOTSTRAP, "");
        }
        checkManagers(file, model, resources);
        dumpedRelease(file)
                .ifPresent(release -> faults(release, config.kernel().pathRules())
                        .forEach((message, level) -> file.add(level, "/configs", message, null)));
        return new Result(file.findings().stream().sorted(BY_LINE).toList(), Resources.isBootstrap(file));
    }

    private static Finding unreadable(Problem problem) {
        return new Finding(Level.ERROR, problem.location(), problem.message(), null);
    }

    private void checkManagers(EnvoyFile file, EnvoyParts model, Resources resources) {
        FilterCheck filters = new FilterCheck(file, config, model, resources);
        List<Resources.HttpChain> managers = resources.managers(file);
        List<Resources.HttpChain> guarded = managers.stream()
                .filter(manager -> filters.filterOf(manager).isPresent())
                .toList();
        if (managers.isEmpty()) {
            file.note("", "this file has no HTTP connection manager, so nothing in it concerns the engine");
            return;
        }
        if (guarded.isEmpty()) {
            filters.reportMissingCluster();
        }
        managers.stream()
                .filter(manager -> !guarded.contains(manager))
                .forEach(manager -> filters.reportMissing(manager, !guarded.isEmpty()));
        SettingsCheck settings = new SettingsCheck(file, model);
        RoutesCheck routes = new RoutesCheck(file, config, needs, new OverridesCheck(file, model));
        // The managers without the filter get it next, and then need the same settings and names.
        List<Resources.HttpChain> checked = guarded.isEmpty() ? managers : guarded;
        for (Resources.HttpChain manager : checked) {
            settings.check(Scope.LISTENER, manager.listener());
            settings.check(Scope.MANAGER, manager.pointer());
            Optional<String> filter = filters.filterOf(manager);
            filter.ifPresent(pointer -> filters.check(manager, pointer));
            String filterName = filter.map(pointer -> file.text(pointer + "/name"))
                    .orElseGet(() -> model.filter().path("name").asString());
            resources
                    .routesOf(file, manager)
                    .ifPresentOrElse(
                            table -> {
                                settings.check(Scope.ROUTES, table);
                                routes.check(table, filterName);
                            },
                            routes::markUnseen);
        }
        routes.reportUnused();
    }

    private static Optional<PatchRelease> dumpedRelease(EnvoyFile file) {
        return file.items("/configs").stream()
                .map(dump -> dump + "/bootstrap/node/user_agent_build_version/version")
                .filter(file::has)
                .map(version -> new PatchRelease(
                        file.at(version + "/major_number").asInt(0),
                        file.at(version + "/minor_number").asInt(0),
                        file.at(version + "/patch").asInt(0)))
                .findFirst();
    }

    /**
     * Returns messages about the known faults of an Envoy release that matter under these path rules, with their
     * levels.
     */
    static Map<String, Level> faults(PatchRelease release, PathRules rules) {
        Map<String, Level> faults = new LinkedHashMap<>();
        release.whyUnsupported().ifPresent(why -> faults.put(why, Level.WARNING));
        EnvoyFault.of(release).forEach(fault -> {
            if (fault.isHarmful(rules) || fault.isRemark()) {
                faults.put(fault.message(release), fault.isRemark() ? Level.NOTE : Level.WARNING);
            }
        });
        return faults;
    }

    /** Returns the findings, supplemented by Envoy's own validation of a bootstrap file. */
    static List<Finding> judgedBlocking(EnvoyBinary envoy, Path path, PathRules rules, List<Finding> findings) {
        List<Finding> all = new ArrayList<>();
        Location place = Location.ofFile(path.toString());
        envoy.releaseBlocking()
                .ifPresent(release -> faults(release, rules)
                        .forEach((message, level) -> all.add(new Finding(level, place, message, null))));
        EnvoyBinary.Verdict verdict = envoy.validateBlocking(path);
        if (!verdict.isValid()) {
            List<String> messages = verdict.messages();
            // Envoy may print the whole message that it refuses, and then the reason.
            String said = String.join(
                    "\n", messages.subList(Math.max(0, messages.size() - MAX_LINES_OF_ENVOY), messages.size()));
            all.add(new Finding(Level.ERROR, place, envoy.program() + " refuses the file:", said));
        }
        for (Finding finding : findings) {
            all.add(verdict.isValid() ? finding.acceptedByEnvoy() : finding);
        }
        return List.copyOf(all);
    }
}

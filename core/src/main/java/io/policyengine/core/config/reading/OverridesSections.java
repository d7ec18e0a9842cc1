package io.policyengine.core.config.reading;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.KernelConfig;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.OverrideConfig.Kind;
import io.policyengine.core.config.OverrideConfig.Target;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.config.WorkerEndpointConfig;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.config.yaml.YamlFile;
import io.policyengine.core.error.ConfigException;
import io.policyengine.core.error.Location;
import io.policyengine.core.error.Problem;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.NearestKey;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads and checks the overrides of kernel.yaml and of overrides.yaml. */
final class OverridesSections {
    private static final String IN_KERNEL = "/" + ConfigSchemas.KERNEL_KEY + "/" + ConfigSchemas.OVERRIDES_KEY;
    private static final String IN_FILE = "/" + ConfigSchemas.OVERRIDES_KEY;

    private final List<Placed> found = new ArrayList<>();

    private record Placed(OverrideConfig override, Section section, String pointer) {}

    private OverridesSections() {}

    /**
     * Reads the sections of both files. Records a problem for each invalid override and omits the override.
     * @param kernel kernel.yaml, already validated
     * @param file overrides.yaml, already validated
     */
    static OverridesSections read(Optional<Section> kernel, Optional<Section> file) {
        var sections = new OverridesSections();
        kernel.ifPresent(section -> sections.add(section, IN_KERNEL));
        file.ifPresent(section -> sections.add(section, IN_FILE));
        return sections;
    }

    /**
     * Returns the overrides in the text of an overrides.yaml, without regard to other files.
     *
     * @throws ConfigException with all problems of the text
     */
    static List<OverrideConfig> readAlone(String text) {
        var problems = new ArrayList<Problem>();
        var tree = YamlFile.parse(ConfTexts.OVERRIDES, text);
        var nothing = ConfTexts.of(Path.of("."), Collections.emptySortedMap());
        var section = new Section(new References(nothing, _ -> null, problems).resolve(tree), problems);
        section.validate(ConfigSchemas.overridesValidator());
        var overrides = read(Optional.empty(), Optional.of(section)).all();
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return overrides;
    }

    /** The valid overrides: those of kernel.yaml, followed by those of overrides.yaml. */
    List<OverrideConfig> all() {
        return found.stream().map(Placed::override).toList();
    }

    /**
     * Warns about overrides whose target does not exist. This is not an error, because in an emergency the other
     * overrides must still take effect.
     */
    void checkNames(KernelConfig kernel, List<RouteConfig> routes) {
        var policies = routes.stream()
                .flatMap(route -> Stream.of(route.requestFlow(), route.responseFlow()))
                .flatMap(flow -> flow.chain().stream())
                .map(EntryConfig::policy)
                .collect(Collectors.toSet());
        var names = routes.stream().map(RouteConfig::routeName).collect(Collectors.toSet());
        var workers = kernel.workers().stream().map(WorkerEndpointConfig::name).collect(Collectors.toSet());
        for (var placed : found) {
            switch (placed.override().target().kind()) {
                case POLICY -> checkName(placed, policies, "no chain has a ");
                case ROUTE -> checkName(placed, names, "there is no ");
                case WORKER -> checkName(placed, workers, "there is no ");
            }
        }
    }

    private static void checkName(Placed placed, Set<String> known, String absence) {
        var target = placed.override().target();
        if (!known.contains(target.name())) {
            placed.section()
                    .warning(
                            placed.pointer() + "/" + target.kind().key(),
                            absence + target + NearestKey.suggestion(target.name(), known));
        }
    }

    private void add(Section section, String list) {
        Map<Target, Location> first = new HashMap<>();
        for (var item : section.children(list)) {
            override(section, item).ifPresent(override -> {
                var earlier = first.putIfAbsent(override.target(), override.location());
                if (earlier != null) {
                    section.error(item, override.target() + " has a second override; the first is at " + earlier);
                }
                found.add(new Placed(override, section, item));
            });
        }
    }

    private static Optional<OverrideConfig> override(Section section, String item) {
        if (section.isBroken(item)
                || !section.isSound(item)
                || !(OverridesText.Item.BINDER.bindValidated(section.at(item))
                        instanceof BoundParams.Ok<OverridesText.Item>(var written))) {
            return Optional.empty();
        }
        if (written.reason().isBlank()) {
            section.error(item + "/reason", "must not be blank");
        }
        var target = target(section, item);
        try {
            var until = written.until() == null
                    ? null
                    : OffsetDateTime.parse(written.until()).toInstant();
            return target.map(known ->
                    new OverrideConfig(known, mode(written.mode()), written.reason(), until, section.place(item)));
        } catch (DateTimeParseException malformed) {
            section.error(item + "/until", "expected a time such as 2027-01-31T12:00:00Z");
            return Optional.empty();
        }
    }

    private static Optional<Target> target(Section section, String item) {
        var kinds = Arrays.stream(Kind.values())
                .filter(kind -> section.has(item + "/" + kind.key()))
                .toList();
        if (kinds.isEmpty()) {
            section.error(item, "missing key 'policy', 'route' or 'worker'");
            return Optional.empty();
        }
        if (kinds.size() > 1) {
            section.errorAtKey(item + "/" + kinds.get(1).key(), "exactly one of 'policy', 'route' and 'worker'");
            return Optional.empty();
        }
        var kind = kinds.getFirst();
        return Optional.of(new Target(kind, section.text(item + "/" + kind.key())));
    }

    private static EntryMode mode(OverridesText.Mode mode) {
        return switch (mode) {
            case SHADOW -> EntryMode.SHADOW;
            case OFF -> EntryMode.OFF;
        };
    }
}

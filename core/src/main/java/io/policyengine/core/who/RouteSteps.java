package io.policyengine.core.who;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.lint.LintEntry;
import io.policyengine.core.lint.LintRoute;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.EntryFacts;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Creates the steps of one route. Names become numbers, and properties without effect are omitted, so that chains that
 * differ in nothing else are equal.
 */
final class RouteSteps {
    /** The header fields that may change with the body, since an entry that reads the body may replace it. */
    private static final List<String> OF_BODY = Stream.concat(
                    SetBody.OUTDATED_FIELDS.stream(), Stream.of("content-type"))
            .toList();

    private final String route;
    private final Overrides overrides;
    private final Conditions conditions;
    private final Map<String, String> numbers = new HashMap<>();

    /** The request headers that conditions of either flow read. */
    private final Set<String> read = new HashSet<>();

    RouteSteps(LintRoute route, Overrides overrides, Conditions conditions) {
        this.route = route.config().routeName();
        this.overrides = overrides;
        this.conditions = conditions;
        addRead(route.request(), Phase.REQUEST);
        addRead(route.response(), Phase.RESPONSE);
    }

    private void addRead(List<LintEntry> flow, Phase phase) {
        for (LintEntry entry : flow) {
            String when = entry.config().when();
            if (when != null && mode(entry) == EntryMode.ENFORCE) {
                conditions.reads(when, phase).stream()
                        .map(Step::headerOf)
                        .filter(Objects::nonNull)
                        .forEach(read::add);
            }
        }
    }

    private EntryMode mode(LintEntry entry) {
        return overrides.inForce(entry.config(), route, entry.worker()).mode();
    }

    /** Returns the steps of a flow, in order. */
    List<Step> of(List<LintEntry> flow) {
        return flow.stream().map(this::step).toList();
    }

    private Step step(LintEntry entry) {
        EntryMode mode = mode(entry);
        EntryConfig config = entry.config();
        EntryFacts facts = entry.facts();
        boolean isPaired = facts != null && (facts.has(Fact.ANSWERS_FROM_MEMORY) || facts.has(Fact.STORES_ANSWERS));
        return Step.of(
                entry,
                mode,
                isPaired ? numberOf("entry " + config.policy() + "/" + config.name()) : "",
                numberOf("worker " + entry.worker()),
                facts == null || mode != EntryMode.ENFORCE ? Set.of() : changedHeaders(entry, facts));
    }

    private String numberOf(String name) {
        String number = numbers.get(name);
        if (number == null) {
            number = String.valueOf(numbers.size());
            numbers.put(name, number);
        }
        return number;
    }

    /** Returns the names of the headers that an entry changes and conditions read. */
    private Set<String> changedHeaders(LintEntry entry, EntryFacts facts) {
        if (read.isEmpty()) {
            return Set.of();
        }
        // The names of values have escapes for dots.
        Stream<String> declared = facts.headers().stream()
                .filter(use -> use.action() != HeaderUse.Action.READS)
                .map(use -> use.name().contains(".") ? HeaderUse.ALL : use.name());
        Stream<String> ofBody = entry.bodyNeed() == BodyNeed.NONE ? Stream.of() : OF_BODY.stream();
        return Stream.concat(declared, ofBody)
                .filter(name -> name.equals(HeaderUse.ALL) || read.contains(HeaderUse.ALL) || read.contains(name))
                .collect(Collectors.toUnmodifiableSet());
    }
}

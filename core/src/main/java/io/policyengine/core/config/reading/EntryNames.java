package io.policyengine.core.config.reading;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.Source;
import io.policyengine.core.policy.Phase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Assigns each entry of a flow a unique name. An entry without a written name has the name of its policy, followed by
 * {@code #2}, {@code #3} and so on if the policy occurs again.
 */
final class EntryNames {
    private EntryNames() {}

    /** Returns the entries of a flow with their names, and records duplicate names as errors. */
    static List<EntryConfig> give(List<PlacedEntry> entries, Phase phase, ConditionCompiler conditions) {
        var taken = new HashMap<String, PlacedEntry>();
        for (var placed : entries) {
            var name = placed.name();
            var first = name == null ? null : taken.putIfAbsent(name, placed);
            if (first != null) {
                var pointer = placed.pointer() + "/name";
                placed.section()
                        .error(
                                pointer,
                                "the name " + placed.section().quote(pointer) + " is used twice in one flow, first at "
                                        + first.section().place(first.pointer() + "/name"));
            }
        }
        var named = new ArrayList<EntryConfig>();
        for (var placed : entries) {
            var written = placed.name();
            named.add(config(placed, conditions.check(placed, phase), written != null ? written : free(placed, taken)));
        }
        return named;
    }

    private static String free(PlacedEntry placed, Map<String, PlacedEntry> taken) {
        var policy = policy(placed);
        var name = policy;
        for (var number = 2; taken.putIfAbsent(name, placed) != null; number++) {
            name = policy + "#" + number;
        }
        return name;
    }

    private static EntryConfig config(PlacedEntry placed, ConditionCompiler.Checked condition, String name) {
        var entry = placed.entry();
        return new EntryConfig(
                name,
                policy(placed),
                entry.params(),
                entry.onFailure(),
                entry.onOverload(),
                entry.when(),
                condition.facts(),
                mode(entry.mode()),
                entry.timeout(),
                entry.reroute(),
                entry.onDenial(),
                entry.phases() == RoutesText.Phases.BOTH,
                entry.onEncoded() == RoutesText.OnEncoded.PASS,
                Set.copyOf(entry.lintIgnore()),
                condition.problems(),
                new Source(
                        placed.section().tree(),
                        placed.pointer(),
                        placed.section().secretsBelow(placed.pointer() + "/params")));
    }

    private static String policy(PlacedEntry placed) {
        @Nullable String policy = placed.entry().policy();
        return Objects.requireNonNull(policy, "an expanded entry has a policy");
    }

    private static EntryMode mode(RoutesText.Mode mode) {
        return switch (mode) {
            case ENFORCE -> EntryMode.ENFORCE;
            case SHADOW -> EntryMode.SHADOW;
            case OFF -> EntryMode.OFF;
        };
    }
}

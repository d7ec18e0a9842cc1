package io.policyengine.core.config.reading;

import io.policyengine.core.config.yaml.ValueBudget;
import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.NearestKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;

/** The shared chains of all files. Checks chain entries and expands references to shared chains. */
final class SharedChains {
    /** Maximum number of entries of a chain, including the entries of shared chains that it refers to. */
    static final int MAX_ENTRIES = 1000;

    /** The number of values that take as much memory as one entry. */
    private static final int VALUES_AN_ENTRY = 4;

    private final ValueBudget budget;
    private final Map<String, Chain> chains = new LinkedHashMap<>();
    private final Set<String> cyclic = new HashSet<>();
    private final Map<String, Boolean> sound = new HashMap<>();

    private final IdentityHashMap<PlacedEntry, Long> weights = new IdentityHashMap<>();

    private record Chain(Section section, String pointer, List<PlacedEntry> entries) {}

    /** Creates an empty set that charges copies of chains to the budget. */
    SharedChains(ValueBudget budget) {
        this.budget = budget;
    }

    /** Adds a chain; a duplicate name is an error. */
    void add(Section section, String pointer) {
        var name = JsonPointer.compile(pointer).last().getMatchingProperty();
        var entries = new ArrayList<PlacedEntry>();
        for (var entry : section.children(pointer)) {
            if (!section.isBroken(entry)
                    && RoutesText.Entry.BINDER.bindValidated(section.at(entry))
                            instanceof BoundParams.Ok<RoutesText.Entry>(var written)) {
                entries.add(new PlacedEntry(written, section, entry));
            }
        }
        var first = chains.putIfAbsent(name, new Chain(section, pointer, entries));
        if (first != null) {
            section.errorAtKey(
                    pointer,
                    "duplicate chain '" + name + "', first at "
                            + first.section().tree().key(first.pointer()));
        }
    }

    /** Checks all shared chains, even unused ones. */
    void check() {
        for (var chain : chains.values()) {
            chain.entries().forEach(this::check);
        }
        var done = new HashSet<String>();
        chains.keySet().forEach(name -> findCycles(name, new ArrayDeque<>(), done));
    }

    private void findCycles(String name, Deque<String> path, Set<String> done) {
        var chain = chains.get(name);
        if (chain == null || !done.add(name)) {
            return;
        }
        path.addLast(name);
        for (var placed : chain.entries()) {
            var next = placed.entry().chain();
            if (next != null && path.contains(next)) {
                var circle = new ArrayList<>(path);
                circle.subList(0, circle.indexOf(next)).clear();
                circle.add(next);
                cyclic.addAll(circle);
                placed.section()
                        .error(
                                placed.pointer() + "/chain",
                                "the chain contains itself: " + String.join(" -> ", circle));
            } else if (next != null) {
                findCycles(next, path, done);
                if (cyclic.contains(next)) {
                    cyclic.add(name);
                }
            }
        }
        path.removeLast();
    }

    void check(PlacedEntry placed) {
        var entry = placed.entry();
        var section = placed.section();
        var pointer = placed.pointer();
        if (entry.entry() != null) {
            checkAlone(placed, "entry");
        } else if (entry.policy() == null && entry.chain() == null) {
            section.error(pointer, "missing key 'policy' (or 'chain')");
        } else if (entry.policy() != null && entry.chain() != null) {
            section.errorAtKey(pointer + "/chain", "either 'policy' or 'chain', not both");
        } else if (entry.chain() != null) {
            checkReference(placed, entry.chain());
        }
    }

    private void checkReference(PlacedEntry placed, String name) {
        if (!chains.containsKey(name)) {
            placed.section()
                    .error(
                            placed.pointer() + "/chain",
                            "unknown chain " + placed.section().quote(placed.pointer() + "/chain")
                                    + NearestKey.hint(name, chains.keySet(), "chains"));
        }
        checkAlone(placed, "chain");
    }

    private static void checkAlone(PlacedEntry placed, String reference) {
        for (var key : placed.section().at(placed.pointer()).propertyNames()) {
            if (!key.equals(reference)) {
                placed.section()
                        .errorAtKey(
                                placed.pointer() + "/" + key,
                                "'" + key + "' cannot be used with '" + reference + "': it belongs to a policy");
            }
        }
    }

    /**
     * Returns whether all shared chains that the entries reference, directly or indirectly, are valid. Call after
     * {@link #check()}.
     */
    boolean areSound(List<RoutesText.Entry> entries) {
        return entries.stream()
                .map(RoutesText.Entry::chain)
                .filter(Objects::nonNull)
                .allMatch(this::isSound);
    }

    private boolean isSound(String name) {
        var known = sound.get(name);
        if (known != null) {
            return known;
        }
        var chain = chains.get(name);
        var found = chain != null
                && !cyclic.contains(name)
                && chain.section().isSound(chain.pointer())
                && areSound(chain.entries().stream().map(PlacedEntry::entry).toList());
        sound.put(name, found);
        return found;
    }

    /**
     * Expands references to shared chains. Unknown and cyclic references are omitted; they were recorded as problems
     * earlier.
     */
    List<PlacedEntry> expand(List<PlacedEntry> entries) {
        var expanded = new ArrayList<PlacedEntry>();
        if (!expand(entries, expanded)) {
            var first = entries.getFirst();
            first.section()
                    .error(
                            first.pointer(),
                            "the chain has more than " + MAX_ENTRIES + " entries, including those of shared chains");
        }
        Set<PlacedEntry> own = Collections.newSetFromMap(new IdentityHashMap<>());
        own.addAll(entries);
        var copies = expanded.stream().filter(placed -> !own.contains(placed)).toList();
        if (!charge(copies)) {
            error(entries.getFirst(), "with shared chains expanded");
            return List.of();
        }
        return expanded;
    }

    /**
     * Charges the budget for the copies of entries that are in both flows. Records an error if the budget is exceeded.
     */
    void chargeBothPhases(List<PlacedEntry> request) {
        var copies = request.stream().filter(PlacedEntry::isInBothPhases).toList();
        if (!charge(copies)) {
            error(copies.getFirst(), "with entries of 'phases: both' in both flows");
        }
    }

    private boolean charge(List<PlacedEntry> copies) {
        long more = copies.stream()
                .mapToLong(placed -> weights.computeIfAbsent(placed, SharedChains::weight))
                .sum();
        return more == 0 || budget.take(more * VALUES_AN_ENTRY);
    }

    private static void error(PlacedEntry at, String how) {
        at.section()
                .error(
                        at.pointer(),
                        "too large: " + how + ", more than " + ValueBudget.MAX
                                + " values in all files together, which this heap cannot hold: raise the heap"
                                + " (POLICY_ENGINE_HEAP)");
    }

    /** Returns the memory of an entry in units of a small entry: at least 1, more for long parameters. */
    private static long weight(PlacedEntry placed) {
        return 1 + ValueBudget.ofCopy(placed.section().at(placed.pointer() + "/params")) / VALUES_AN_ENTRY;
    }

    private boolean expand(List<PlacedEntry> entries, List<PlacedEntry> expanded) {
        for (var placed : entries) {
            var chain = referred(placed.entry());
            if (chain != null && !expand(chain.entries(), expanded)) {
                return false;
            }
            if (placed.entry().policy() != null || placed.entry().entry() != null) {
                expanded.add(placed);
            }
            if (expanded.size() > MAX_ENTRIES) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Chain referred(RoutesText.Entry entry) {
        var name = entry.chain();
        return name == null || cyclic.contains(name) ? null : chains.get(name);
    }
}

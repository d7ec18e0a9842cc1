package io.policyengine.core.config.reading;

import io.policyengine.core.config.EntryConfig;
import io.policyengine.core.params.NearestKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds entries of a request flow with {@code phases: both} to the response flow: at the position of {@code entry: NAME}
 * if the response flow has it, otherwise at the end, in reverse order. The resulting chain has at most
 * {@link SharedChains#MAX_ENTRIES} entries.
 */
final class BothPhases {
    /** The entries with {@code phases: both} by name, in the order of the request flow. */
    private final Map<String, PlacedEntry> entries = new LinkedHashMap<>();

    private final Set<String> ofRequest = new HashSet<>();

    /** Collects the entries of a request flow. {@code named} are the same entries with their names. */
    BothPhases(List<PlacedEntry> request, List<EntryConfig> named) {
        for (var index = 0; index < request.size(); index++) {
            var name = named.get(index).name();
            ofRequest.add(name);
            if (request.get(index).isInBothPhases()) {
                entries.putIfAbsent(name, request.get(index).inResponse(name));
            }
        }
    }

    /** Returns the entries of a request flow, without references to entries, which are errors there. */
    static List<PlacedEntry> withoutReferences(List<PlacedEntry> request) {
        var kept = new ArrayList<PlacedEntry>();
        for (var placed : request) {
            if (placed.entry().entry() == null) {
                kept.add(placed);
            } else {
                placed.section()
                        .errorAtKey(
                                placed.pointer() + "/entry",
                                "'entry' is possible in a response_flow only, for an entry of the request_flow");
            }
        }
        return kept;
    }

    /** Returns the response chain with the entries of both phases, and records errors. */
    List<PlacedEntry> in(List<PlacedEntry> response) {
        var chain = new ArrayList<PlacedEntry>();
        var placedAt = new LinkedHashMap<String, PlacedEntry>();
        for (var placed : response) {
            var name = placed.entry().entry();
            if (name != null) {
                place(placed, name, placedAt, chain);
            } else if (isSound(placed)) {
                chain.add(placed);
            }
        }
        for (var entry : List.copyOf(entries.entrySet()).reversed()) {
            if (!placedAt.containsKey(entry.getKey())) {
                chain.add(entry.getValue());
            }
        }
        if (chain.size() > SharedChains.MAX_ENTRIES) {
            var first = chain.getFirst();
            first.section()
                    .error(
                            first.pointer(),
                            "the response chain has more than " + SharedChains.MAX_ENTRIES
                                    + " entries, including those of 'phases: both'");
        }
        return chain;
    }

    private void place(PlacedEntry reference, String name, Map<String, PlacedEntry> placedAt, List<PlacedEntry> chain) {
        var pointer = reference.pointer() + "/entry";
        var entry = entries.get(name);
        var first = placedAt.putIfAbsent(name, reference);
        if (entry == null) {
            reference
                    .section()
                    .error(
                            pointer,
                            ofRequest.contains(name)
                                    ? "the entry '" + name + "' of the request_flow has no 'phases: both': write it"
                                            + " there, or write the policy and its parameters here"
                                    : "no entry '" + name + "' with 'phases: both' in the request_flow"
                                            + NearestKey.hint(name, entries.keySet(), "entries"));
        } else if (first != null) {
            reference
                    .section()
                    .error(
                            pointer,
                            "the entry '" + name + "' is used twice in one flow, first at "
                                    + first.section().place(first.pointer() + "/entry"));
        } else {
            chain.add(entry);
        }
    }

    /**
     * Returns false, and records an error, if an entry of the response flow has {@code phases: both}, or was already
     * added because of it.
     */
    private boolean isSound(PlacedEntry placed) {
        if (placed.isInBothPhases()) {
            placed.section()
                    .errorAtKey(
                            placed.pointer() + "/phases",
                            "'phases: both' is possible only in the request_flow, where it also adds the entry to "
                                    + "the response_flow: move this entry to the request_flow");
            return false;
        }
        var name = placed.name() == null ? placed.entry().policy() : placed.name();
        var twin = name == null ? null : entries.get(name);
        if (twin == null) {
            return true;
        }
        placed.section()
                .error(
                        placed.pointer(),
                        "'" + name + "' is in the response_flow already, by 'phases: both' at "
                                + twin.section().tree().key(twin.pointer() + "/phases")
                                + ": remove this entry; 'entry: " + name + "' sets the place");
        return false;
    }
}

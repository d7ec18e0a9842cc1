package io.policyengine.policies.content.piiredaction;

import io.policyengine.policies.content.shared.entities.EntityFinder;
import io.policyengine.policies.content.shared.entities.EntityTextScan;
import io.policyengine.policies.content.shared.textmatch.PatternList;
import io.policyengine.policies.content.shared.textmatch.TextScan;
import io.policyengine.policies.content.shared.texts.LogicalText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The search for entities and custom patterns. Immutable.
 *
 * @param patterns empty if there are no patterns
 * @param labels the names of the patterns, in order
 */
record Search(EntityFinder entities, Optional<PatternList> patterns, List<String> labels) {
    Search {
        labels = List.copyOf(labels);
    }

    Scan scan() {
        return new Scan(this);
    }

    /** Receives the findings of a search for entities and custom patterns. */
    @FunctionalInterface
    interface Findings {
        /**
         * Reports a finding, as {@link EntityTextScan.Findings#found} does. At the same position, patterns precede
         * entities.
         */
        void found(String label, long from, long to, boolean continues);
    }

    /** A search in one text as it arrives. */
    static final class Scan {
        private final EntityTextScan entities;
        private final Optional<TextScan> patterns;
        private final List<String> labels;

        private Scan(Search search) {
            this.entities = new EntityTextScan(search.entities);
            this.patterns = search.patterns.map(list -> list.scan(0));
            this.labels = search.labels;
        }

        void read(LogicalText text, Findings findings) {
            patterns.ifPresent(
                    scan -> scan.read(text, (from, to, which) -> findings.found(labels.get(which), from, to, false)));
            entities.read(
                    text,
                    (entity, from, to, continues) ->
                            findings.found(entity.name().toUpperCase(Locale.ROOT), from, to, continues));
        }

        /** Returns the position in the text before which no more findings are possible. */
        long decidedUntil(LogicalText text) {
            long end = text.position() + text.length();
            return text.isEnded() ? end : Math.min(end, undecidedFrom());
        }

        private long undecidedFrom() {
            long open = entities.undecidedFrom();
            return patterns.map(scan -> Math.min(open, scan.undecidedFrom())).orElse(open);
        }
    }
}

package io.policyengine.e2e.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What attacks did to the good client and to the engine: a table for docs/security/attacks.md. */
final class AttackReport {
    /** By how much an attack may slow the good client. */
    private static final double SLOWER = 5;

    /** Milliseconds below which nobody notices. */
    private static final double NOTICED = 10;

    private static final int MIB = 1 << 20;

    /** Between the status of an answer, Envoy's details and the rest. */
    private static final Pattern PARTS = Pattern.compile("[ {]");

    private final List<Row> rows = new ArrayList<>();

    /**
     * One attack.
     *
     * @param before milliseconds that 99 of 100 requests of the good client took at most, before it
     * @param during the same while it went on
     * @param after the same afterwards
     * @param requests of the good client in all
     * @param lost what became of those that were lost
     * @param memory most bytes that the engine had resident while it went on
     * @param refused how many requests, connections and streams were refused
     * @param kept what was not given back in time; empty if all was
     */
    record Row(
            String attack,
            double before,
            double during,
            double after,
            int requests,
            List<String> lost,
            long memory,
            long refused,
            String kept) {
        /** In what way it succeeded, one line each. */
        List<String> successes(long maxMemory) {
            List<String> all = new ArrayList<>();
            if (!lost.isEmpty()) {
                all.add(attack + ": lost " + lost.size() + " requests, " + byKind() + ", such as " + lost.getFirst());
            }
            if (memory > maxMemory) {
                all.add(attack + ": " + memory / MIB + " MiB of memory");
            }
            if (!kept.isEmpty()) {
                all.add(attack + ": " + kept);
            }
            return all;
        }

        /** How many were lost in which way: by status and Envoy's details. */
        private Map<String, Long> byKind() {
            return lost.stream()
                    .collect(Collectors.groupingBy(
                            problem -> PARTS.splitAsStream(problem).limit(2).collect(Collectors.joining(" ")),
                            TreeMap::new,
                            Collectors.counting()));
        }

        private boolean isSlow() {
            return during > SLOWER * Math.max(before, NOTICED / SLOWER);
        }
    }

    void add(Row row) {
        rows.add(row);
    }

    /** What attacks achieved. */
    List<String> successes(long maxMemory) {
        return rows.stream().flatMap(row -> row.successes(maxMemory).stream()).toList();
    }

    /** Attacks during which the good client was served more slowly than it should have been. */
    List<Row> slow() {
        return rows.stream().filter(Row::isSlow).toList();
    }

    /** In Markdown. */
    String table() {
        StringBuilder table = new StringBuilder();
        table.append("| Attack | p99 before | during | after | memory | refused |\n|---|---|---|---|---|---|\n");
        rows.forEach(row -> table.append(String.format(
                Locale.ROOT,
                "| %s | %.1f ms | %.1f ms | %.1f ms | %d MiB | %d |%n",
                row.attack(),
                row.before(),
                row.during(),
                row.after(),
                row.memory() / MIB,
                row.refused())));
        return table.append("Requests of the good client: ")
                .append(rows.stream().mapToInt(Row::requests).sum())
                .append(", lost: ")
                .append(rows.stream().mapToInt(row -> row.lost().size()).sum())
                .append(".\n")
                .toString();
    }
}

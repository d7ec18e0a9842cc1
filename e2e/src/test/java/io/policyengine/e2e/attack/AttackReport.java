package io.policyengine.e2e.attack;

import io.policyengine.e2e.attack.GoodClient.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What attacks did to the good client and to the engine: a table for docs/security/attacks.md. It is printed and written to a file row
 * by row, so that a run that is cut off leaves what it has found.
 */
final class AttackReport {
    /** By how much an attack may slow the good client. */
    private static final double SLOWER = 5;

    /** Milliseconds below which nobody notices. */
    private static final double NOTICED = 10;

    private static final int MIB = 1 << 20;

    /** Between the status of an answer, Envoy's details and the rest. */
    private static final Pattern PARTS = Pattern.compile("[ {]");

    private final List<Row> rows = new ArrayList<>();
    private final List<String> unmade = new ArrayList<>();
    private final Path file;

    /** Begins the table in a file, in place of what was there. */
    AttackReport(Path file) {
        this.file = file;
        write("""
                | Attack | p99 before | without the engine | during | after | memory | refused | lost |
                |---|---|---|---|---|---|---|---|""", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    /**
     * One attack.
     *
     * @param before milliseconds that 99 of 100 requests of the good client took at most, before it
     * @param withoutEngine the same while it went on at an Envoy without an engine, as {@link Control} tells; empty if it was not made there
     * @param during the same while it went on
     * @param after the same afterwards
     * @param requests of the good client in all
     * @param lost what became of those that were lost
     * @param memory most bytes that the engine had resident while it went on
     * @param refused how many requests, connections and streams were refused
     * @param problem what was not given back in time, or why the attack could not be made; empty if there is none
     */
    record Row(
            String attack,
            double before,
            Optional<Sample> withoutEngine,
            double during,
            double after,
            int requests,
            List<String> lost,
            long memory,
            long refused,
            String problem) {
        /** In what way it succeeded, one line each. */
        List<String> successes(long maxMemory) {
            List<String> all = new ArrayList<>();
            if (!lost.isEmpty()) {
                all.add(attack + ": lost " + lost.size() + " requests, " + byKind() + ", such as " + lost.getFirst());
            }
            if (memory > maxMemory) {
                all.add(attack + ": " + memory / MIB + " MiB of memory");
            }
            if (!problem.isEmpty()) {
                all.add(attack + ": " + problem);
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

        /**
         * Five times what the good client has to wait for when there is no attack, or no engine: what it waits for without an engine is
         * Envoy's doing and the machine's.
         */
        private double bound() {
            double calm = Math.max(before, NOTICED / SLOWER);
            return SLOWER * Math.max(calm, withoutEngine.map(Sample::p99).orElse(0.0));
        }

        private String inMarkdown() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.1f ms | %s | %.1f ms | %.1f ms | %d MiB | %d | %d |",
                    attack,
                    before,
                    withoutEngine.map(Row::control).orElse("-"),
                    during,
                    after,
                    memory / MIB,
                    refused,
                    lost.size());
        }

        private static String control(Sample sample) {
            String lost = sample.lost().isEmpty() ? "" : ", " + sample.lost().size() + " lost";
            return String.format(Locale.ROOT, "%.1f ms%s", sample.p99(), lost);
        }
    }

    void add(Row row) {
        rows.add(row);
        write(row.inMarkdown(), StandardOpenOption.APPEND);
    }

    /** An attack whose outcome could not be measured. */
    void unmade(Attack attack, Throwable failure) {
        unmade.add(attack + ": " + failure);
        System.out.println(attack + ": " + failure);
    }

    private void write(String line, StandardOpenOption... options) {
        System.out.println(line);
        try {
            Files.writeString(file, line + "\n", options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What attacks achieved, and which could not be measured. */
    List<String> successes(long maxMemory) {
        return Stream.concat(rows.stream().flatMap(row -> row.successes(maxMemory).stream()), unmade.stream())
                .toList();
    }

    /** Attacks during which the good client was served more slowly than it should have been, one line each. */
    List<String> slow() {
        return rows.stream()
                .filter(row -> row.during() > row.bound())
                .map(row -> String.format(
                        Locale.ROOT, "%s: %.1f ms, of %.1f ms at most", row.attack(), row.during(), row.bound()))
                .toList();
    }

    /** How many requests the good client sent, and how many of them were lost. */
    String total() {
        return "Requests of the good client: "
                + rows.stream().mapToInt(Row::requests).sum()
                + ", lost: "
                + rows.stream().mapToInt(row -> row.lost().size()).sum()
                + ".\n";
    }
}

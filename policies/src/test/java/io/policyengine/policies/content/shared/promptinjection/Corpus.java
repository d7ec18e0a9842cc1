package io.policyengine.policies.content.shared.promptinjection;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Labelled texts: attacks, plain and in disguise, and benign texts. The same ones in each run. */
final class Corpus {
    private static final long SEED = 20_261_127;

    /**
     * A text.
     *
     * @param group its language, or the disguise
     * @param heldOut true if it was not looked at while weights were set
     */
    record Labelled(String group, String kind, String text, boolean heldOut, boolean attack) {}

    private record Line(String language, String kind, String text, boolean heldOut) {}

    private final Random random = new Random(SEED);
    private final List<Labelled> texts = new ArrayList<>();

    private Corpus() {
        List<Line> attacks = lines("attacks.txt");
        List<Line> benign = lines("benign.txt");
        List<String> carriers = benign.stream()
                .filter(line -> line.language.equals("en") && line.kind.equals("mail"))
                .map(line -> line.text.replace("{}", "the garden"))
                .toList();
        attacks.forEach(line -> add(line.language, line, line.text, true));
        attacks.forEach(line -> add("within another text", line, embedded(line.text, carriers), true));
        for (Disguise disguise : Disguise.values()) {
            attacks.stream()
                    .filter(line -> disguise.fits(line.text))
                    .filter(_ -> random.nextInt(3) == 0)
                    .forEach(line -> add(disguise.title(), line, disguise.apply(line.text), true));
        }
        Map<String, List<String>> topics = new HashMap<>();
        benign.stream()
                .filter(line -> line.kind.equals("topic"))
                .forEach(line -> topics.computeIfAbsent(line.language, _ -> new ArrayList<>())
                        .add(line.text));
        benign.stream()
                .filter(line -> !line.kind.equals("topic"))
                .forEach(line -> Objects.requireNonNull(topics.get(line.language))
                        .forEach(topic -> add(line.language, line, line.text.replace("{}", topic), false)));
    }

    /** All texts. */
    static List<Labelled> texts() {
        return List.copyOf(new Corpus().texts);
    }

    private void add(String group, Line line, String text, boolean attack) {
        texts.add(new Labelled(group, line.kind, text, line.heldOut, attack));
    }

    private String embedded(String attack, List<String> carriers) {
        String before = carriers.get(random.nextInt(carriers.size()));
        String behind = carriers.get(random.nextInt(carriers.size()));
        return before + " " + attack + " " + behind;
    }

    private static List<Line> lines(String file) {
        Map<String, Integer> counts = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream("/promptinjection/" + file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", 3))
                    .map(parts -> new Line(
                            parts[0],
                            parts[1],
                            parts[2],
                            counts.merge(parts[0] + " " + parts[1], 1, Integer::sum) % 2 == 0))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

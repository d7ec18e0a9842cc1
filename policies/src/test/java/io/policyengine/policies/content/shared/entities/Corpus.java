package io.policyengine.policies.content.shared.entities;

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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Labelled texts in eleven languages: sentences with an entity, or with something like one. The same ones in each run. */
final class Corpus {
    private static final long SEED = 20_261_127;

    /** A text, and what stands in it. */
    record Labelled(String language, String text, List<Label> labels) {}

    /** An entity from a first character up to an end. */
    record Label(Entity entity, int start, int end) {}

    private final Samples samples = new Samples(new Random(SEED));
    private final Map<String, List<String>> sentences = new TreeMap<>();
    private final Map<String, Integer> turns = new HashMap<>();
    private final List<Labelled> texts = new ArrayList<>();

    private Corpus() {
        read();
        for (String language : languages()) {
            for (Entity entity : Entity.values()) {
                for (int i = 0; i < times(entity); i++) {
                    add(language, sentence(language, entity), samples.of(entity), entity);
                }
            }
            for (Negatives.Kind kind : new Negatives(samples).kinds()) {
                for (int i = 0; i < 3; i++) {
                    add(language, next(language, kind.sentence()), kind.make().get(), null);
                }
            }
        }
    }

    /** All texts. */
    static List<Labelled> texts() {
        return List.copyOf(new Corpus().texts);
    }

    private static int times(Entity entity) {
        return switch (entity) {
            case EMAIL, PHONE, CREDIT_CARD, IBAN, API_KEY -> 16;
            case JWT, AWS_KEY, PRIVATE_KEY, IP_ADDRESS -> 10;
            case US_SSN, UK_NINO, DE_TAX_ID, IN_AADHAAR, PASSPORT -> 6;
        };
    }

    private void read() {
        try (InputStream in = Objects.requireNonNull(Corpus.class.getResourceAsStream("/entities/sentences.txt"))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        String[] parts = line.split(" ", 3);
                        sentences
                                .computeIfAbsent(parts[0] + " " + parts[1], _ -> new ArrayList<>())
                                .add(parts[2]);
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> languages() {
        return sentences.keySet().stream()
                .map(key -> key.substring(0, 2))
                .distinct()
                .toList();
    }

    private String sentence(String language, Entity entity) {
        return next(
                language,
                switch (entity) {
                    case PRIVATE_KEY, JWT, API_KEY, AWS_KEY -> "secret";
                    case DE_TAX_ID, IN_AADHAAR, US_SSN, UK_NINO -> "id";
                    case EMAIL, IBAN, CREDIT_CARD, IP_ADDRESS, PHONE, PASSPORT -> entity.code();
                });
    }

    private String next(String language, String kind) {
        String key = language + " " + kind;
        List<String> choices = Objects.requireNonNull(sentences.get(key), key);
        return choices.get(turns.merge(key, 1, Integer::sum) % choices.size());
    }

    private void add(String language, String sentence, String value, @Nullable Entity entity) {
        int start = sentence.indexOf("{}");
        String text = sentence.substring(0, start) + value + sentence.substring(start + 2);
        List<Label> labels = entity == null ? List.of() : List.of(new Label(entity, start, start + value.length()));
        texts.add(new Labelled(language, text, labels));
    }
}

package io.policyengine.policies.format.json;

import io.policyengine.policies.vectors.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The JSON texts of the project's tests: bodies of the policies' cases, and the official suite of JSON Schema. */
final class JsonCorpus {
    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private JsonCorpus() {}

    /** A text, and the file that it is from. */
    record Named(String file, String text) {
        byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String toString() {
            return file;
        }
    }

    /** Those that are JSON in the strict sense, each once. */
    static Stream<Named> bodies() {
        List<Named> all = new ArrayList<>();
        Set<String> known = new LinkedHashSet<>();
        for (Path file : caseFiles()) {
            bodiesIn(YAML.readTree(file.toFile()), known).forEach(text -> all.add(new Named(file.toString(), text)));
        }
        return all.stream();
    }

    /** The groups of the official suite. */
    static List<Named> suite() {
        List<Named> all = new ArrayList<>();
        for (Path file : Vectors.files("json-schema-test-suite/tests/draft2020-12")) {
            for (JsonNode group : JSON.readTree(file.toFile())) {
                all.add(new Named(file.getFileName().toString(), group.toString()));
            }
        }
        return all;
    }

    private static List<Path> caseFiles() {
        try (Stream<Path> files = Files.walk(CASES)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> bodiesIn(JsonNode node, Set<String> known) {
        List<String> found = new ArrayList<>();
        node.forEachEntry((name, value) -> {
            if (name.equals("body")
                    && value.isString()
                    && isJson(value.stringValue())
                    && known.add(value.stringValue())) {
                found.add(value.stringValue());
            }
        });
        node.forEach(child -> found.addAll(bodiesIn(child, known)));
        return found;
    }

    private static boolean isJson(String text) {
        try {
            JsonTexts.check(text.getBytes(StandardCharsets.UTF_8), () -> false);
            return !JSON.readTree(text).isMissingNode();
        } catch (JsonFault | JacksonException none) {
            return false;
        }
    }
}

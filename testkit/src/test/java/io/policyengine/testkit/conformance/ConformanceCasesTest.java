package io.policyengine.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.conformance.ConformanceCase.Elsewhere;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The data files are in order, and docs/conformance.md lists them; {@code -Dgolden.update=true} rewrites the list. */
class ConformanceCasesTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/conformance.md");
    private static final Path FILES = Path.of("src/main/resources/io/policyengine/testkit/conformance/cases");
    private static final String BEGIN = "<!-- generated: ";

    @Test
    void thereIsAFileForEachOfTheCases() throws IOException {
        List<String> ids =
                ConformanceCases.all().stream().map(ConformanceCase::id).toList();

        assertThat(ids)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 64)
                        .mapToObj("C%02d"::formatted)
                        .toList());
        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(Files.readAllLines(FILES.resolve("index.txt")))
                    .allMatch(name -> name.matches("C\\d\\d-[a-z-]+\\.yaml"));
        }
    }

    @Test
    void eachCaseCanBePlayedOrSaysWhyNot() {
        for (ConformanceCase testCase : ConformanceCases.all()) {
            assertThat(testCase.behaviour()).isNotNull();
            AnswerPattern.of(testCase.expect().answers());
            SimInputs.filter(testCase.envoy(), testCase.behaviour().route(), Duration.ofSeconds(1));
            assertThat(AnswerForms.rules()).containsAll(testCase.expect().forms());
            boolean watching = testCase.envoy().observability();
            assertThat(testCase.elsewhere() != null
                            || !testCase.raw().isEmpty()
                            || watching
                            || !testCase.expect().answers().isEmpty())
                    .as("%s says what the server answers", testCase.id())
                    .isTrue();
        }
    }

    @Test
    void whatIsTestedElsewhereIsTestedThere() {
        ConformanceCases.all().stream()
                .map(ConformanceCase::elsewhere)
                .filter(elsewhere -> elsewhere != null)
                .map(Elsewhere::tests)
                .flatMap(List::stream)
                .forEach(test -> {
                    String[] parts = test.split("#", 2);
                    assertThat(source(parts[0])).as(test).contains("void " + parts[1] + "(");
                });
    }

    private static String source(String type) {
        try (Stream<Path> modules = Files.list(ROOT)) {
            List<Path> found = modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(ConformanceCasesTest::sources)
                    .filter(file -> file.getFileName().toString().equals(type + ".java"))
                    .toList();
            assertThat(found).as(type).hasSize(1);
            return Files.readString(found.getFirst());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void thePageListsBehavioursAndCases() throws IOException {
        String page = Files.readString(PAGE);

        String written = replaced(replaced(page, "behaviours", behaviours()), "cases", cases());

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(written);
    }

    private static String replaced(String page, String part, String text) {
        String begin = BEGIN + part + " -->\n";
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf("<!-- end -->", from);
        return page.substring(0, from) + text + page.substring(to);
    }

    private static String behaviours() {
        StringBuilder table = new StringBuilder("| Behaviour | The server |\n|---|---|\n");
        for (Behaviour behaviour : Behaviour.values()) {
            table.append("| `%s` | %s |\n".formatted(behaviour.id(), behaviour.description()));
        }
        return table.toString();
    }

    private static String cases() {
        StringBuilder table =
                new StringBuilder("| Case | Requirement | Needs | Source of the rule |\n|---|---|---|---|\n");
        for (ConformanceCase testCase : ConformanceCases.all()) {
            Elsewhere elsewhere = testCase.elsewhere();
            String needs = elsewhere == null
                    ? "`" + testCase.needs() + "`"
                    : "not testable from outside: " + elsewhere.because() + "; the engine is tested by `"
                            + String.join("`, `", elsewhere.tests()) + "`";
            table.append(
                    "| %s | %s | %s | %s |\n".formatted(testCase.id(), testCase.title(), needs, testCase.source()));
        }
        return table.toString();
    }
}

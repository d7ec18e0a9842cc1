package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A javadoc says first what a thing is, or what a method does: "The number of", "Returns", "True if". It opens neither with a question
 * nor with a word that stands for another. Its sentences are short.
 */
class JavadocTest {
    private static final int MAX_WORDS = 25;
    private static final String QUESTIONS = "What|Whether|How|Why|Who|Whom|Whose|Which";
    private static final String STAND_INS = "That|Those|None|One|The same|Its|It|They|Their";
    private static final String PREPOSITIONS = "Of|In|By|With|For|From|To|On|At";
    private static final Pattern OPENING =
            Pattern.compile("/\\*\\*[\\s*]*((?:" + QUESTIONS + "|" + STAND_INS + "|" + PREPOSITIONS + ")\\b[^\\n]*)");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "policies",
                "worker-protocol",
                "app",
                "testkit",
                "core",
                "kernel-verticle",
                "kernel-admin",
                "worker-verticle"
            })
    void eachJavadocOpensWithItsNounOrVerb(String module) throws IOException {
        List<String> others =
                found(module, source -> OPENING.matcher(source).results().map(opening -> opening.group(1)));

        assertThat(others).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "policies",
                "worker-protocol",
                "app",
                "testkit",
                "core",
                "kernel-verticle",
                "kernel-admin",
                "worker-verticle"
            })
    void noSentenceIsLong(String module) throws IOException {
        List<String> others = found(
                module,
                source -> JavadocSentences.of(source).stream()
                        .filter(sentence -> JavadocSentences.words(sentence) > MAX_WORDS));

        assertThat(others)
                .as("a sentence of a javadoc has at most %s words: divide these", MAX_WORDS)
                .isEmpty();
    }

    private static List<String> found(String module, Function<String, Stream<String>> search) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                search.apply(Files.readString(file)).forEach(each -> found.add(file.getFileName() + ": " + each));
            }
        }
        return found;
    }

    @Test
    void aSentenceEndsAtAStopAColonAParagraphAnItemOrATag() {
        String source = """
                String glob = "/**"; // no javadoc */
                    /**
                     * The bound, e.g. of RFC 9110 §4.2 (see {@code a. b; c}): a {@linkplain Other#of(int, int) number of
                     * bytes}, or {@link Other}. Two
                     * lines – one sentence!
                     *
                     * <p>A paragraph
                     * <ul>
                     *   <li>an item; another
                     *   <li>a third (with <b>marks</b>.) End
                     * </ul>
                     * <pre>{@code
                     * an example. with code
                     * }</pre>
                     * @param most the maximum {@code {"a": {}}}
                     *     of all
                     * @return the rest
                     */
                """;

        assertThat(JavadocSentences.of(source))
                .containsExactly(
                        "The bound, abbreviation of RFC 9110 §4.2 (see code):",
                        "a number of bytes, or code.",
                        "Two lines – one sentence!",
                        "A paragraph",
                        "an item;",
                        "another",
                        "a third (with marks.",
                        "End",
                        "the maximum code of all",
                        "the rest");
        assertThat(JavadocSentences.words("Two lines – one sentence!")).isEqualTo(4);
    }
}

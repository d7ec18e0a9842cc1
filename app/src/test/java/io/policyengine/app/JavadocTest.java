package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A javadoc says first what a thing is, or what a method does: "The number of", "Returns", "True if". It opens neither with a question
 * nor with a word that stands for another.
 */
class JavadocTest {
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
        List<String> others = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                OPENING.matcher(Files.readString(file))
                        .results()
                        .forEach(found -> others.add(file.getFileName() + ": " + found.group(1)));
            }
        }

        assertThat(others).isEmpty();
    }
}

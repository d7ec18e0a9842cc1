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

/** A javadoc says first what a thing is: "True if", "The number of", "The reason why", not a question. */
class JavadocTest {
    private static final Pattern QUESTION =
            Pattern.compile("/\\*\\*[\\s*]*((?:What|Whether|How|Why|Who|Whom|Whose|Which)\\b[^\\n]*)");

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
    void noJavadocOpensWithAQuestion(String module) throws IOException {
        List<String> questions = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                QUESTION.matcher(Files.readString(file))
                        .results()
                        .forEach(found -> questions.add(file.getFileName() + ": " + found.group(1)));
            }
        }

        assertThat(questions).isEmpty();
    }
}

package io.policyengine.core.config.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files with what is wrong in them: problems.txt. {@code -Dgolden.update=true} writes what is found into it; read the
 * difference before committing it.
 */
class ProblemsTest {
    private static final Path CASES = Path.of("src/test/resources/io/policyengine/core/config/reading/problems.txt");
    private static final Map<String, String> ENVIRONMENT =
            Map.of("POLICY_ENGINE_SECRET", "hush", "SECRET_LINES", "hush\nhush");

    @TempDir
    Path directory;

    record Case(String name, String files, String problems) {
        @Override
        public String toString() {
            return name;
        }

        String text() {
            return "=== " + name + "\n" + files + ">>>\n" + problems;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void findsExactlyThese(Case expected) throws IOException {
        var problems =
                new ConfFiles(directory, ENVIRONMENT).writeAll(expected.files()).problems();

        var actual = problems.stream().map(line -> line + "\n").collect(Collectors.joining());
        if (Boolean.getBoolean("golden.update")) {
            var updated = cases().map(
                            each -> each.equals(expected) ? new Case(each.name(), each.files(), actual) : each)
                    .map(Case::text)
                    .collect(Collectors.joining());
            Files.writeString(CASES, updated);
        } else {
            assertThat(actual).isEqualTo(expected.problems());
        }
        assertThat(actual).doesNotContain("hush");
    }

    @Test
    void aDirectoryThatIsNotThere() {
        assertThat(ConfFiles.in(Path.of("/no/such")).problems())
                .isEqualTo(List.of("/no/such: error: no such directory"));
    }

    @Test
    void aFileThatIsNotUtf8() throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.write(directory.resolve("routes/a.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});

        assertThat(ConfFiles.in(directory).problems()).isEqualTo(List.of("routes/a.yaml: error: not UTF-8"));
    }

    @Test
    void whatShouldBeReadAndCannotBeIsAnErrorWithItsPlace() throws IOException {
        Files.createDirectories(directory.resolve("routes/team.yaml"));
        Files.createSymbolicLink(directory.resolve("routes/users.yaml"), Path.of("gone"));
        Files.createSymbolicLink(directory.resolve("routes/team-a"), Path.of("gone"));
        Files.write(directory.resolve("second.yaml"), new byte[] {(byte) 0xff});

        assertThat(ConfFiles.in(directory).problems())
                .isEqualTo(List.of(
                        "routes/team-a: error: a link to 'gone', which does not exist",
                        "routes/team.yaml: error: a folder",
                        "routes/users.yaml: error: a link to 'gone', which does not exist",
                        "second.yaml: error: not UTF-8"));
    }

    static Stream<Case> cases() throws IOException {
        return Arrays.stream(Files.readString(CASES).split("(?m)^=== ", -1))
                .filter(part -> !part.isBlank())
                .map(part -> {
                    var files = part.indexOf('\n') + 1;
                    var problems = part.indexOf("\n>>>\n") + 5;
                    return new Case(
                            part.substring(0, files - 1),
                            part.substring(files, problems - 4),
                            part.substring(problems));
                });
    }
}

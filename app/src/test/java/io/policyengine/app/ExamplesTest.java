package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.StandardPolicies;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of routes in conf/examples: with the other files of conf around it, each is valid, and nothing is pointed out. */
class ExamplesTest {
    private static final Path CONF = Path.of("../conf");
    private static final Path EXAMPLES = CONF.resolve("examples");

    @TempDir
    Path directory;

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsValid(Path example) throws IOException {
        try (Stream<Path> files = Files.list(CONF)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(example, routes.resolve(example.getFileName()));

        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        int exitCode = Main.run(printer, printer, "validate", "--strict", directory.toString());
        printer.flush();

        assertThat(exitCode).as(said.toString()).isZero();
    }

    @Test
    void everyPolicyHasOne() throws IOException {
        assertThat(examples())
                .extracting(example -> example.getFileName().toString())
                .containsExactlyElementsOf(StandardPolicies.all().stream()
                        .map(policy -> policy.descriptor().name() + ".yaml")
                        .sorted()
                        .toList());
    }
}

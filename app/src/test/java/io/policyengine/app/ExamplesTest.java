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
        copyFiles(CONF);
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(example, routes.resolve(example.getFileName()));
        allowFaults();

        assertThat(validate("--strict")).contains(": valid, ").contains(", 0 warnings");
    }

    /** All but the sample of the specification, which does not say what is to become of other routes. */
    static List<Path> demos() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(folder -> Files.exists(folder.resolve("demo.yaml")))
                    .filter(folder -> !folder.endsWith("specification"))
                    .sorted()
                    .toList();
        }
    }

    /** A folder that the demo shows is a conf directory of its own, and says what it is. */
    @ParameterizedTest
    @MethodSource("demos")
    void anExampleOfTheDemoIsValid(Path example) throws IOException {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);

        int exitCode = Main.run(printer, printer, "validate", "--strict", example.toString());

        assertThat(exitCode).as(said::toString).isZero();
        assertThat(example.resolve("README.md")).isNotEmptyFile();
    }

    /** As the example of faultInjection says in its first lines. */
    private void allowFaults() throws IOException {
        Path worker = directory.resolve("worker.yaml");
        Files.writeString(
                worker, Files.readString(worker).replace("worker_core:\n", "worker_core:\n  allow_faults: true\n"));
    }

    @Test
    void theSampleOfTheSpecificationIsValid() throws IOException {
        copyFiles(EXAMPLES.resolve("specification"));
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.copy(EXAMPLES.resolve("specification/routes/payments.yaml"), routes.resolve("payments.yaml"));

        assertThat(validate().lines()).noneMatch(line -> line.contains(": error: "));
    }

    private void copyFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
    }

    private String validate(String... options) {
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        Main.run(
                printer,
                printer,
                Stream.of(Stream.of("validate"), Stream.of(options), Stream.of(directory.toString()))
                        .flatMap(part -> part)
                        .toArray(String[]::new));
        printer.flush();
        return said.toString();
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

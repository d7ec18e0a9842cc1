package io.policyengine.app.who;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.app.check.ConfCheck;
import io.policyengine.app.engine.Conf;
import io.policyengine.app.who.trial.Trial;
import io.policyengine.app.who.trial.Trial.Verdict;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.files.ConfTexts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The answers of {@code who} for every example of conf, as files in resources/who. {@code -Dgolden.update=true} writes
 * the present answers; read the difference before committing it. Each example is checked once, and one engine tries all
 * of them.
 */
class WhoExamplesTest {
    private static final Path CONF = Path.of("../conf");
    private static final Path GOLDEN = Path.of("src/test/resources/who");
    private static final Instant NOW = Instant.EPOCH;

    @TempDir
    static Path directory;

    private static final Map<String, WhoReport> REPORTS = new TreeMap<>();

    @BeforeAll
    static void check() throws IOException {
        REPORTS.put("conf", report(CONF));
        for (Path example : examples()) {
            Path conf = Files.isDirectory(example) ? example : withConf(example);
            REPORTS.put(name(example), report(conf));
        }
    }

    private static List<Path> examples() throws IOException {
        List<Path> examples = new ArrayList<>();
        try (Stream<Path> files = Files.list(CONF.resolve("examples"))) {
            files.sorted()
                    .filter(file -> Files.isRegularFile(file) || Files.exists(file.resolve("kernel.yaml")))
                    .forEach(examples::add);
        }
        return examples;
    }

    private static String name(Path example) {
        return example.getFileName().toString().replace(".yaml", "");
    }

    private static WhoReport report(Path conf) {
        ConfCheck.Report checked = ConfCheck.checkBlocking(new Conf(conf), ConfTexts.readBlocking(conf));
        assertThat(checked.problems()).noneMatch(problem -> problem.forbidsUse());
        return WhoReport.of(checked, null, NOW);
    }

    /** Returns a copy of conf with the example as its only file of routes. */
    private static Path withConf(Path example) throws IOException {
        Path conf = Files.createDirectories(directory.resolve(name(example)));
        try (Stream<Path> files = Files.list(CONF)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, conf.resolve(file.getFileName()));
            }
        }
        Path worker = conf.resolve("worker.yaml");
        Files.writeString(
                worker, Files.readString(worker).replace("worker_core:\n", "worker_core:\n  allow_faults: true\n"));
        Path routes = Files.createDirectory(conf.resolve("routes"));
        Files.copy(example, routes.resolve(example.getFileName()));
        return conf;
    }

    static Iterable<String> names() throws IOException {
        List<String> names = new ArrayList<>(List.of("conf"));
        examples().forEach(example -> names.add(name(example)));
        return names;
    }

    @ParameterizedTest
    @MethodSource("names")
    void anExampleHasTheseAnswers(String name) throws IOException {
        StringWriter said = new StringWriter();
        WhoReport report = Objects.requireNonNull(REPORTS.get(name), name);
        new WhoText(new PrintWriter(said, true), null).print(report);
        Path golden = GOLDEN.resolve(name + ".txt");

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, said + "exit code 0\n");
        }
        assertThat(said + "exit code 0\n").isEqualTo(Files.readString(golden));
    }

    /** Every way of every example behaves as stated in the real chains. */
    @Test
    void everyExampleBehavesAsStated() {
        Trial trial = new Trial(Overrides.at(NOW, List.of()));
        REPORTS.values().forEach(report -> report.routes().forEach(route -> trial.add(route.route(), route.answer())));

        trial.runBlocking();

        assertThat(trial.count(Verdict.REFUTED)).isZero();
        assertThat(trial.count(Verdict.CONFIRMED)).isGreaterThan(20);
    }
}

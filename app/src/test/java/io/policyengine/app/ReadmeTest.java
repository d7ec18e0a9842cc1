package io.policyengine.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.StandardPolicies;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README lists every policy by its family, its first route is valid, and its recording is one file. {@code -Dgolden.update=true} rewrites the
 * list.
 */
class ReadmeTest {
    private static final Path PAGE = Path.of("../README.md");
    private static final String BEGIN = "<!-- generated: policies -->\n";
    private static final String END = "<!-- end -->\n";
    private static final Pattern FIRST_ROUTE = Pattern.compile("(?ms)^```sh\n(mkdir .*?)^```$");
    private static final String RECORDING = "docs/images/demo.svg";
    private static final int MAX_RECORDING_BYTES = 100_000;
    private static final Pattern ELSEWHERE =
            Pattern.compile("(?i)href|@import|<script|<image|url\\((?!#)|(?<!xmlns=\")https?:");
    private static final String VALIDATE = "./policy-engine validate my-conf";

    @TempDir
    private Path directory = Path.of("");

    @Test
    void listsAllPoliciesByFamily() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        String written = page.substring(0, from) + policies() + page.substring(page.indexOf(END, from));

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(written);
    }

    /** DemoIT compares the text of the recording with what the demo prints. */
    @Test
    void theRecordingIsSmallAndRefersToNothingElse() throws IOException {
        String recording = Files.readString(Path.of("..").resolve(RECORDING));

        assertThat(Files.readString(PAGE)).contains("](" + RECORDING + ")");
        assertThat(Files.size(Path.of("..").resolve(RECORDING))).isLessThan(MAX_RECORDING_BYTES);
        assertThat(ELSEWHERE.matcher(recording).results().map(MatchResult::group))
                .isEmpty();
        assertThat(recording).contains("prefers-color-scheme: dark", "prefers-reduced-motion: reduce");
    }

    /** Runs the commands of the block, but for the engine's own, which runs in this process. */
    @Test
    void theFirstRouteIsValid() throws IOException, InterruptedException {
        Matcher block = FIRST_ROUTE.matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        String commands = block.group(1);
        assertThat(commands).contains(VALIDATE);

        Process shell = new ProcessBuilder("bash", "-euc", commands.substring(0, commands.indexOf(VALIDATE)))
                .directory(directory.toFile())
                .inheritIO()
                .start();

        assertThat(shell.waitFor()).isZero();
        StringWriter said = new StringWriter();
        PrintWriter printer = new PrintWriter(said);
        Main.run(
                printer,
                printer,
                "validate",
                "--strict",
                directory.resolve("my-conf").toString());
        printer.flush();
        assertThat(said.toString()).contains(": valid, ").contains(", 0 warnings");
    }

    private static String policies() {
        Map<Family, List<String>> links = new EnumMap<>(Family.class);
        for (PolicyFactory<?> factory : StandardPolicies.all()) {
            String name = factory.descriptor().name();
            links.computeIfAbsent(factory.descriptor().family(), _ -> new ArrayList<>())
                    .add("[%s](docs/policies/%s.md)%s".formatted(name, name, isStable(factory) ? "\\*" : ""));
        }
        StringBuilder table = new StringBuilder("| Family | Policies (\\* stable, the others beta) |\n|---|---|\n");
        links.forEach((family, policies) ->
                table.append("| %s | %s |\n".formatted(title(family), String.join(", ", policies))));
        long stable =
                StandardPolicies.all().stream().filter(ReadmeTest::isStable).count();
        return "%d policies, of which %d are stable:\n\n%s"
                .formatted(StandardPolicies.all().size(), stable, table);
    }

    private static boolean isStable(PolicyFactory<?> factory) {
        Status status = Objects.requireNonNull(factory.getClass().getAnnotation(Descriptor.class))
                .status();
        assertThat(status).isIn(Status.BETA, Status.STABLE);
        return status == Status.STABLE;
    }

    private static String title(Family family) {
        return family == Family.AI
                ? "AI"
                : family.code().substring(0, 1).toUpperCase(Locale.ROOT)
                        + family.code().substring(1);
    }
}

package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.app.engine.Conf;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds docs/lint.md to its word: a section for each code, an example that is found, and a remedy that is not. */
class LintPageTest {
    private static final Path PAGE = Path.of("../docs/lint.md");
    private static final Pattern SECTION = Pattern.compile("(?m)^## ([a-z_]+)$");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");

    @TempDir
    Path directory;

    /** One code with its two examples. */
    record Section(String code, String found, String remedy) {
        @Override
        public String toString() {
            return code;
        }
    }

    @ParameterizedTest
    @EnumSource(LintCode.class)
    void everyCodeHasASection(LintCode code) throws IOException {
        assertThat(Files.readString(PAGE)).contains("\n## " + code.text() + "\n");
    }

    @ParameterizedTest
    @MethodSource("sections")
    void findsTheExample(Section section) throws IOException {
        assertThat(codes(section.found())).containsExactly(section.code());
    }

    @ParameterizedTest
    @MethodSource("sections")
    void findsNothingInTheRemedy(Section section) throws IOException {
        assertThat(codes(section.remedy())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("sections")
    void anIgnoreOnTheRouteSilencesIt(Section section) throws IOException {
        String ignored = section.found()
                .replaceFirst("( +)request_flow|( +)response_flow", "    lint_ignore: [" + section.code() + "]\n$0");

        List<@Nullable String> codes = section.code().equals("unused_ignore") ? List.of() : codes(ignored);

        assertThat(codes).isEmpty();
    }

    @Test
    void anIgnoreOnTheEntrySilencesThatAlone() throws IOException {
        List<Problem> found = findings("""
                chains:
                  moving:
                    - { policy: rewrite, params: { path: /a }, reroute: true, lint_ignore: [reroute_skips_chain] }
                    - { policy: rewrite, params: { path: /b }, reroute: true }
                route_policies:
                  - { route_name: /a, request_flow: { policy_chain: [ { chain: moving } ] } }
                  - { route_name: /b, request_flow: { policy_chain: [ { chain: moving } ] } }
                """);

        assertThat(found)
                .extracting(Problem::toString)
                .containsExactly(
                        directory + "/routes/a.yaml:4:57: warning: 'rewrite#2' may bring a request to another route,"
                                + " whose chain then does not run (route '/a') [reroute_skips_chain]");
    }

    @Test
    void whatIsReadInBetweenIsNoWaste() throws IOException {
        assertThat(codes("""
                route_policies:
                  - route_name: /a
                    request_flow:
                      policy_chain:
                        - { policy: transformHeaders, params: { set: { X-Tenant: a } } }
                        - { policy: transformHeaders, params: { set: { X-Copy: "${request.header.X-Tenant}" } } }
                        - { policy: transformHeaders, params: { remove: [ X-Tenant ] } }
                """)).isEmpty();
    }

    @Test
    void anEntryThatIsOffIsNoPartOfTheChain() throws IOException {
        assertThat(codes("""
                route_policies:
                  - route_name: /a
                    request_flow:
                      policy_chain:
                        - { policy: redirect, mode: off, params: { location: /b } }
                        - { policy: requestId }
                """)).isEmpty();
    }

    @Test
    void anEntryWithAConditionIsNotReliedOnToRun() throws IOException {
        assertThat(codes("""
                route_policies:
                  - route_name: /a
                    request_flow:
                      policy_chain:
                        - { policy: transformHeaders, params: { set: { X-A: a } } }
                        - { policy: transformHeaders, params: { set: { X-A: b } }, when: "request.method == 'GET'" }
                        - { policy: redirect, params: { location: /b }, when: "request.method == 'GET'" }
                        - { policy: requestId }
                """)).isEmpty();
    }

    @Test
    void aPolicyOfAnUnknownWorkerMayDoAnything() throws IOException {
        assertThat(codes("""
                route_policies:
                  - route_name: /a
                    request_flow:
                      policy_chain:
                        - { policy: transformHeaders, params: { set: { X-A: a } } }
                        - { policy: signsPeopleIn }
                        - { policy: transformHeaders, params: { set: { X-A: "${identity.id}" } } }
                """)).containsExactly("call_could_be_saved");
    }

    private List<@Nullable String> codes(String routes) throws IOException {
        List<@Nullable String> codes = new ArrayList<>();
        findings(routes)
                .forEach(problem -> codes.add(
                        problem.code() == null
                                ? null
                                : Objects.requireNonNull(problem.code()).text()));
        return codes;
    }

    /** What is found, but for policies that the worker without a file may have. */
    private List<Problem> findings(String routes) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("routes/a.yaml"), routes);
        Files.writeString(directory.resolve("kernel.yaml"), """
                policy_kernel:
                  workers: [ { name: default-worker }, { name: scanners, socket_path: /run/scanners.sock } ]
                """);
        return ConfCheck.checkBlocking(new Conf(directory)).problems().stream()
                .filter(problem -> !problem.message().contains("is not one of this program's"))
                .toList();
    }

    static List<Section> sections() throws IOException {
        String page = Files.readString(PAGE);
        String[] bodies = page.split("(?m)^## ");
        return Arrays.stream(bodies)
                .skip(1)
                .flatMap(body -> section("## " + body))
                .toList();
    }

    private static Stream<Section> section(String text) {
        Matcher code = SECTION.matcher(text);
        Matcher example = EXAMPLE.matcher(text);
        if (!code.find() || !example.find()) {
            return Stream.empty();
        }
        String found = example.group(1);
        return example.find() ? Stream.of(new Section(code.group(1), found, example.group(1))) : Stream.empty();
    }
}

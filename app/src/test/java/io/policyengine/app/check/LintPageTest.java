package io.policyengine.app.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.app.engine.Conf;
import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.LintCode;
import io.policyengine.core.error.Problem;
import io.policyengine.policies.StandardPolicies;
import io.policyengine.worker.PolicyRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
    private static final PolicyRegistry POLICIES = PolicyRegistry.of(StandardPolicies.all());

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
    void everyCodeHasASectionThatSaysHowBadItIs(LintCode code) throws IOException {
        assertThat(Files.readString(PAGE))
                .contains("\n## " + code.text() + "\n\nSeverity: "
                        + code.severity().name().toLowerCase(Locale.ROOT) + "\n\n");
    }

    @Test
    void everyCodeHasAnExampleAndARemedy() throws IOException {
        assertThat(sections().stream().map(Section::code))
                .containsExactlyElementsOf(
                        Arrays.stream(LintCode.values()).map(LintCode::text).toList());
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
        String ignored = section.found().contains("lint_ignore: [")
                ? section.found().replaceFirst("lint_ignore: \\[", "$0" + section.code() + ", ")
                : section.found()
                        .replaceFirst(
                                "( +)request_flow|( +)response_flow", "    lint_ignore: [" + section.code() + "]\n$0");

        assertThat(codes(ignored)).isEmpty();
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
                        directory + "/routes/a.yaml:4:57: warning: 'rewrite#2' may move a request to another Envoy"
                                + " route without running that route's chain, and a client that requests that route"
                                + " directly bypasses this chain: give both Envoy routes the same name (route '/a')"
                                + " [reroute_skips_chain]");
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
    void aKeyThatIsAnExpressionUsesWhatItNames() throws IOException {
        String limited = """
                route_policies:
                  - route_name: /a
                    request_flow:
                      policy_chain:
                        - { policy: transformHeaders, params: { set: { X-Tenant: a } } }
                        - { policy: %s, params: { max: 5, key: %s } }
                        - { policy: apiKeyAuth, params: { keys: [ { consumer: alice, plain: a-key-of-alice } ] } }
                        - { policy: transformHeaders, params: { remove: [ X-Tenant ] } }
                """;

        assertThat(codes(limited.formatted("concurrencyLimit", "\"identity.claims[?'plan'].orValue('free')\"")))
                .containsExactlyInAnyOrder("header_set_then_removed", "uses_identity_too_early");
        assertThat(codes(limited.formatted("concurrencyLimit", "\"request.headers[?'x-tenant'].orValue('')\"")))
                .isEmpty();
        assertThat(codes(limited.replace("max", "burst")
                        .formatted("rateLimit", "\"identity.id + request.headers[?'x-tenant'].orValue('')\"")))
                .containsExactly("uses_identity_too_early");
    }

    @Test
    void aRouteIsLookedThroughAlthoughAnotherIsWrong() throws IOException {
        List<Problem> found = findings("""
                chains:
                  torn:
                    - { polity: requestId }
                    - { policy: redirect, params: { location: /b } }
                    - { policy: requestId }
                  around: [ { chain: torn } ]
                route_policies:
                  - { route_name: /torn, request_flow: { policy_chain: [ { chain: around } ] } }
                  - route_name: /parameter
                    request_flow:
                      policy_chain:
                        - { policy: redirect, params: { location: /b, status: 999 } }
                        - { policy: requestId }
                  - route_name: /sound
                    lint_ignore: [ reroute_skips_chain ]
                    request_flow: { policy_chain: [ { policy: redirect, params: { location: /b } }, { policy: requestId } ] }
                """);

        assertThat(found)
                .extracting(problem -> problem.location().line() + " "
                        + (problem.code() == null ? "" : problem.code().text()))
                .containsExactly("3 ", "12 ", "16 unreachable");
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

    /** What is found, but that it is open which policies the worker without a file has. */
    private List<Problem> findings(String routes) throws IOException {
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("routes/a.yaml"), routes);
        Files.writeString(directory.resolve("kernel.yaml"), """
                policy_kernel:
                  unknown_route: deny
                  workers:
                    - { name: default-worker }
                    - { name: scanners, socket_path: /run/scanners.sock }
                    - { name: counters, socket_path: /run/counters/1.sock, policies: [ quota ] }
                    - { name: counters, socket_path: /run/counters/2.sock, policies: [ quota ] }
                """);
        Files.writeString(directory.resolve("counters.yaml"), """
                worker_core:
                  name: counters
                  socket_path: /run/counters/1.sock
                  stores: { redis: { url: "redis://127.0.0.1:1" } }
                """);
        return ConfCheck.checkBlocking(
                        new Conf(directory), ConfTexts.readBlocking(directory), POLICIES, InstantSource.system(), null)
                .problems()
                .stream()
                .filter(problem -> !problem.message().contains("whose file is not in this directory")
                        && !problem.message().contains("has no 'policies'"))
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

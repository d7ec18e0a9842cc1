package io.policyengine.kernel.blackbox.reloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.files.ConfTexts;
import io.policyengine.core.error.Problem;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.change.RouteRefusals.Refused;
import io.policyengine.kernel.generation.Generations;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadCoordinator;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reload that would refuse a route that is served: SPEC §4, {@code on_refused_route}. */
class RefusedRoutesTest {
    private static final String WORKER = "workers: [ { name: w } ]\nunknown_route: deny\n";
    private static final String KEEP = WORKER + "on_refused_route: keep\n";
    private static final String ROUTES = "routes/routes.yaml";
    private static final String FILE = "routes/r%d.yaml";
    /** What the parameters of a scripted policy say when they are mistyped. */
    private static final String TYPO = "{ policy: one, params: { problem: unknown key 'request' } }";

    private static final String LAST = "policy_kernel_config_last_reload_successful";
    private static final String KEPT = "policy_kernel_kept_routes";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with("one", Policies.request(new SetHeader("x-policy", "one")))
            .with("two", Policies.request(new SetHeader("x-policy", "two")))
            .with("body", BodyNeed.BUFFERED, Policies.request(new SetHeader("x-policy", "body")));

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static String route(String name, String entry) {
        return KernelHarness.route(name, "[ " + entry + " ]", "[]");
    }

    private void startFive(String settings) {
        IntStream.rangeClosed(2, 5).forEach(i -> kernel.write(FILE.formatted(i), route("r" + i, "{ policy: one }")));
        kernel.start(settings, route("r1", "{ policy: one }"));
    }

    private void edit(int route, String entry) {
        kernel.write(route == 1 ? ROUTES : FILE.formatted(route), route("r" + route, entry));
    }

    private void settings(String settings) {
        kernel.write("kernel.yaml", KernelHarness.settings(settings));
    }

    private String policyOf(String route) {
        SimResult result = kernel.get(route);
        return result.upstream() == null
                ? String.valueOf(result.status())
                : String.valueOf(result.reached().header("x-policy"));
    }

    private String policies() {
        return IntStream.rangeClosed(1, 5).mapToObj(i -> policyOf("r" + i)).collect(Collectors.joining(" "));
    }

    private ReloadResult last() {
        return Objects.requireNonNull(kernel.reloads().last());
    }

    @Test
    void aMistypedParameterIsRejectedAndTheRouteStaysServed() {
        startFive(WORKER);

        edit(3, TYPO);
        ReloadResult result;
        try (CapturedLog log = CapturedLog.of(ReloadCoordinator.class)) {
            result = kernel.reload();

            assertThat(log.messages()).anyMatch(message -> message.startsWith("ERROR one: unknown key"));
        }

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith("routes/r3.yaml:3:")
                .contains("unknown key 'request'")
                .endsWith(": it would refuse the requests of 'r3', which are served now, so nothing of the change takes"
                        + " effect until this is corrected (policy_kernel.on_refused_route)");
        assertThat(last().refusals().refused()).extracting(Refused::route).containsExactly("r3");
        assertThat(policies()).isEqualTo("one one one one one");
        assertThat(kernel.metric(LAST)).isZero();
        assertThat(kernel.metric("policy_kernel_config_reload_total{status=\"failure\"}"))
                .isPositive();
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("was rejected and generation 1 stays", "routes/r3.yaml:3:");
    }

    @Test
    void theCorrectionTakesEffect() {
        startFive(WORKER);
        edit(3, TYPO);
        kernel.reload();

        edit(3, "{ policy: two }");
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(result.refusals().isEmpty()).isTrue();
        assertThat(policies()).isEqualTo("one one two one one");
        assertThat(kernel.metric(LAST)).isEqualTo(1);
    }

    /** Nobody asks for a reload: the scans of the directory find both edits. */
    @Test
    void aMistakeThatIsTakenBackIsNoLongerReported() {
        startFive(WORKER);
        edit(3, TYPO);
        Await.until(() -> kernel.metric(LAST) == 0);
        Status rejected = last().status();

        edit(3, "{ policy: one }");
        Await.until(() -> kernel.metric(LAST) == 1);

        assertThat(rejected).isEqualTo(Status.FAILURE);
        assertThat(last().status()).isEqualTo(Status.UNCHANGED);
        assertThat(last().origin()).isEqualTo(Origin.FILES);
        assertThat(last().problems()).isEmpty();
        assertThat(last().refusals().isEmpty()).isTrue();
        assertThat(last().generation()).isEqualTo(1);
        assertThat(kernel.admin("/health/ready")).startsWith("200").doesNotContain("notes");
        assertThat(kernel.metric("policy_kernel_config_pending_change_seconds")).isZero();
        assertThat(policies()).isEqualTo("one one one one one");
    }

    @Test
    void whatIsLeftOutStaysReportedWhenAnotherMistakeIsTakenBack() {
        startFive(KEEP);
        edit(3, TYPO);
        kernel.reload();
        kernel.write(FILE.formatted(4), "route_policies: [");
        Await.until(() -> kernel.metric(LAST) == 0);

        edit(4, "{ policy: one }");
        Await.until(() -> kernel.metric(LAST) == 1);

        assertThat(last().status()).isEqualTo(Status.UNCHANGED);
        assertThat(last().refusals().names()).containsExactly("r3");
        assertThat(last().problems())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .contains("which stay served as before the change");
        assertThat(kernel.metric(KEPT)).isEqualTo(1);
    }

    @Test
    void aRejectedChangeThatTheFilesDoNotHaveLeavesThemSound() {
        startFive(WORKER);
        edit(3, TYPO);
        ConfTexts texts = ConfTexts.readBlocking(kernel.directory());
        edit(3, "{ policy: one }");

        ReloadResult tried = Await.result(kernel.reloads().tryCandidate(texts, Origin.API, LossGuard.FULL));

        assertThat(tried.status()).isEqualTo(Status.FAILURE);
        assertThat(last().status()).isEqualTo(Status.FAILURE);
        assertThat(kernel.metric(LAST)).isEqualTo(1);
        assertThat(kernel.admin("/health/ready")).startsWith("200").doesNotContain("was rejected");
    }

    @Test
    void aGoodFileDoesNotTakeEffectWithoutTheBadOne() {
        startFive(WORKER);

        edit(2, "{ policy: two }");
        edit(3, TYPO);
        Status together = kernel.reload().status();
        String meanwhile = policies();
        edit(3, "{ policy: one }");
        Status corrected = kernel.reload().status();

        assertThat(together).isEqualTo(Status.FAILURE);
        assertThat(meanwhile).isEqualTo("one one one one one");
        assertThat(corrected).isEqualTo(Status.SUCCESS);
        assertThat(policies()).isEqualTo("one two one one one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ policy: unheardOf }",
                "{ policy: one }, { policy: unheardOf, on_failure: continue }",
                "{ policy: one, when: \"request.method == 1\" }",
                "{ policy: one, mode: shadow, params: { problem: bad } }",
            })
    void anyReasonForARefusalRejectsTheChange(String entry) {
        startFive(WORKER);

        edit(3, entry);
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(policies()).isEqualTo("one one one one one");
    }

    @Test
    void aPolicyThatDoesNotFitTheFlowIsRejected() {
        startFive(WORKER);

        kernel.write(ROUTES, """
                route_policies:
                  - route_name: r1
                    request_flow: { processing_mode: headers_only, policy_chain: [ { policy: body } ] }
                """);

        assertThat(kernel.reload().problems().getFirst().message()).contains("looks at the body", "requests of 'r1'");
        assertThat(policyOf("r1")).isEqualTo("one");
    }

    @Test
    void workersThatNobodyNamesAnyMoreAreTheFaultOfTheConfiguration() {
        startFive(WORKER);

        settings("workers: [ { name: another } ]\n");
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.refusals().names()).containsExactlyInAnyOrder("r1", "r2", "r3", "r4", "r5");
        assertThat(policies()).isEqualTo("one one one one one");
    }

    @Test
    void oneWrongParameterInASharedChainIsReportedOnce() {
        String routes = "chains: { secured: [ { policy: one, params: { } } ] }\nroute_policies:\n"
                + IntStream.rangeClosed(1, 500)
                        .mapToObj(i -> "  - { route_name: r" + i
                                + ", request_flow: { policy_chain: [ { chain: secured } ] } }\n")
                        .collect(Collectors.joining());
        kernel.start(WORKER, routes);

        kernel.write(ROUTES, routes.replace("params: { }", "params: { problem: unknown key }"));
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("requests of 'r1', ", " and 480 more"));
        assertThat(policyOf("r500")).isEqualTo("one");
    }

    @Test
    void aRouteThatIsRefusedAlreadyMayStayRefused() {
        kernel.write(FILE.formatted(2), route("r2", TYPO));
        kernel.start(WORKER, route("r1", "{ policy: one }"));

        edit(1, "{ policy: two }");
        edit(2, "{ policy: unheardOf }");

        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
        assertThat(policyOf("r1")).isEqualTo("two");
        assertThat(policyOf("r2")).isEqualTo("500");
    }

    /** {@code ?} is a chain that is refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // before | after | whose requests would be refused
                "a + | a +, b ? | -",
                "* + | * +, b ? | *",
                "ap* + | ap* +, api ? | ap*",
                "~a.* + | ~a.* +, ap* ? | ~a.*",
                "a +, * + | * ? | *",
                "a + | * ? | a",
                "a +, * ? | * ? | -",
                "a + | b + | -",
                "a +, open api* | a +, open api*, api-admin ? | api-admin",
                "a +, open api | a +, api ? | api",
                "~ap.* ?, ~a.* + | ~a.* +, ~ap.* ? | -",
                "~a.* +, ~ap.* ? | ~ap.* ?, ~a.* + | ~a.*",
            })
    void aRefusedRoutePolicyTakesNoRequestsThatAreServed(String line) {
        String[] parts = line.split(" \\| ", 3);
        kernel.start(WORKER + "allow_open: true\n" + open(parts[0]), policies(parts[0]));

        settings(WORKER + "allow_open: true\n" + open(parts[1]));
        kernel.write(ROUTES, policies(parts[1]));
        ReloadResult result = kernel.reload();

        if (parts[2].equals("-")) {
            assertThat(result.status()).as(result::toString).isEqualTo(Status.SUCCESS);
        } else {
            assertThat(result.status()).as(result::toString).isEqualTo(Status.FAILURE);
            assertThat(result.refusals().names())
                    .as(result::toString)
                    .containsExactly(parts[2].startsWith("~") ? parts[2].substring(1) : parts[2]);
        }
    }

    private static String open(String routes) {
        return Stream.of(routes.split(", "))
                .filter(route -> route.startsWith("open "))
                .map(route -> "open_routes: [ \"" + route.substring("open ".length()) + "\" ]\n")
                .findFirst()
                .orElse("");
    }

    private static String policies(String routes) {
        return "route_policies:\n"
                + Stream.of(routes.split(", "))
                        .filter(route -> !route.startsWith("open "))
                        .map(route -> "  - { " + (route.startsWith("~") ? "route_name_regex" : "route_name") + ": \""
                                + route.substring(route.startsWith("~") ? 1 : 0, route.lastIndexOf(' '))
                                + "\", request_flow: { policy_chain: [ { policy: "
                                + (route.endsWith("?") ? "unheardOf" : "one") + " } ] } }\n")
                        .collect(Collectors.joining());
    }

    @Test
    void keepTakesTheRestAndKeepsTheRoute(@TempDir Path state) {
        startFive(KEEP);

        edit(2, "{ policy: two }");
        edit(3, TYPO);
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(result.problems())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith("routes/r3.yaml:3:")
                .endsWith(": it would refuse the requests of 'r3', which stay served as before the change"
                        + " (policy_kernel.on_refused_route)");
        assertThat(last().refusals().names()).containsExactly("r3");
        assertThat(policies()).isEqualTo("one two one one one");
        assertThat(kernel.metric(KEPT)).isEqualTo(1);
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("a part of the last change is not in force", "'r3' (on_refused_route: keep)");

        kernel.restart(state);
        assertThat(policies()).isEqualTo("one two 500 one one");
        assertThat(kernel.admin("/health/ready")).contains("degraded: 1 of 5 routes are refused ('r3')");
    }

    @Test
    void whatIsKeptStaysUntilItIsCorrected() {
        startFive(KEEP);
        edit(3, TYPO);
        kernel.reload();

        edit(4, "{ policy: two }");
        ReloadResult another = kernel.reload();
        Status requested = kernel.reload().status();
        String kept = policies();
        edit(3, "{ policy: two }");
        Status corrected = kernel.reload().status();

        assertThat(another.refusals().names()).containsExactly("r3");
        assertThat(requested).isEqualTo(Status.SUCCESS);
        assertThat(kept).isEqualTo("one one one two one");
        assertThat(corrected).isEqualTo(Status.SUCCESS);
        assertThat(policies()).isEqualTo("one one two two one");
        assertThat(kernel.metric(KEPT)).isZero();
    }

    @Test
    void whatIsKeptStaysWhenItsWorkerComesBack() {
        startFive(KEEP);
        edit(3, TYPO);
        kernel.reload();

        worker.goAway();
        worker.comeBack();

        Await.until(() -> policyOf("r3").equals("one"));
        assertThat(kernel.metric(KEPT)).isEqualTo(1);
    }

    @Test
    void keepLeavesOutANewRouteThatWouldTakeRequests() {
        kernel.start(KEEP, policies("* +"));

        kernel.write(ROUTES, policies("* +, api ?, other +"));
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(result.refusals().names()).containsExactly("*");
        assertThat(policyOf("api")).isEqualTo("one");
        assertThat(kernel.generation().plans()).hasSize(2);
    }

    @Test
    void keepCannotDivideTheRequestsOfARouteThatIsGone() {
        kernel.start(KEEP, policies("a +, b +"));

        kernel.write(ROUTES, policies("* ?, b +"));

        assertThat(kernel.reload().status()).isEqualTo(Status.FAILURE);
        assertThat(policyOf("a")).isEqualTo("one");
    }

    @Test
    void keepCannotKeepARouteWithoutItsWorker() {
        startFive(KEEP);

        settings("workers: [ { name: another } ]\non_refused_route: keep\n");

        assertThat(kernel.reload().status()).isEqualTo(Status.FAILURE);
        assertThat(policies()).isEqualTo("one one one one one");
    }

    @Test
    void anOverrideDoesNotHideAnEditThatWouldRefuseTheRoute() {
        startFive(WORKER);
        kernel.write("overrides.yaml", "overrides:\n  - { policy: one, mode: off, reason: test }\n");
        kernel.reload();
        String off = policyOf("r3");

        edit(3, TYPO);
        ReloadResult result = kernel.reload();

        assertThat(off).isEqualTo("null");
        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.refusals().names()).containsExactly("r3");
    }

    @Test
    void anOverrideThatHidesAMistakeIsNotRemovedBeforeItIsCorrected() {
        kernel.write("overrides.yaml", "overrides:\n  - { policy: one, mode: off, reason: test }\n");
        kernel.start(WORKER, route("r1", TYPO));

        kernel.write("overrides.yaml", "overrides: []\n");
        Status removed = kernel.reload().status();
        String meanwhile = policyOf("r1");
        edit(1, "{ policy: one }");
        Status corrected = kernel.reload().status();

        assertThat(removed).isEqualTo(Status.FAILURE);
        assertThat(meanwhile).isEqualTo("null");
        assertThat(corrected).isEqualTo(Status.SUCCESS);
        assertThat(policyOf("r1")).isEqualTo("one");
    }

    @Test
    void aPolicyOfTheNextVersionOfAWorkerIsTakenWhenTheWorkerDeclaresIt() {
        startFive(WORKER);
        edit(3, "{ policy: three }");
        Status before = kernel.reload().status();

        worker.with("three", Policies.request(new SetHeader("x-policy", "three")))
                .goAway();
        worker.comeBack();

        Await.until(() -> policyOf("r3").equals("three"));
        assertThat(before).isEqualTo(Status.FAILURE);
        Await.until(() -> kernel.metric(LAST) == 1);
        assertThat(last().origin()).isEqualTo(Origin.WORKERS);
    }

    @Test
    void aChangeThatWaitsForAWorkerIsTakenWhenItAnswers() {
        ScriptedWorker added = kernel.worker("v").with("three", Policies.request(new SetHeader("x-policy", "three")));
        startFive(WORKER);
        added.goAway();
        settings("workers: [ { name: w }, { name: v, socket_path: /v } ]\nunknown_route: deny\n");
        edit(3, "{ policy: three }");
        ReloadResult result = kernel.reload();
        String meanwhile = policies();

        added.comeBack();

        assertThat(result.problems().getFirst().message())
                .startsWith("no worker has declared policy 'three' yet, and not all have answered");
        assertThat(meanwhile).isEqualTo("one one one one one");
        Await.until(() -> policyOf("r3").equals("three"));
    }

    @Test
    void aWorkerThatComesBackWithoutAPolicyIsNotAReload() {
        startFive(WORKER);

        worker.without("one").goAway();
        worker.comeBack();
        Await.until(() -> policyOf("r1").equals("500"));
        edit(1, "{ policy: two }");

        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
        assertThat(policyOf("r1")).isEqualTo("two");
    }

    @Test
    void aStartServesWhatItCanAndSaysThatItIsDegraded() {
        kernel.write(FILE.formatted(2), route("r2", TYPO));

        try (CapturedLog log = CapturedLog.of(Generations.class)) {
            kernel.start(WORKER, route("r1", "{ policy: one }"));

            assertThat(log.messages())
                    .anyMatch(message -> message.startsWith("WARN degraded: 1 of 2 routes are refused ('r2')"));
        }
        assertThat(policyOf("r1")).isEqualTo("one");
        assertThat(policyOf("r2")).isEqualTo("500");
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("degraded: 1 of 2 routes are refused ('r2')");
    }

    @Test
    void aCheckSaysTheSame() {
        startFive(WORKER);
        edit(3, TYPO);
        ConfTexts texts = ConfTexts.readBlocking(kernel.directory());

        List<Problem> problems = Await.result(kernel.reloads().check(texts, LossGuard.FULL));
        ReloadResult tried = Await.result(kernel.reloads().tryCandidate(texts, Origin.API, LossGuard.FULL));

        assertThat(problems).anyMatch(Problem::forbidsUse);
        assertThat(tried.status()).isEqualTo(Status.FAILURE);
        assertThat(policies()).isEqualTo("one one one one one");
    }
}

package io.policyengine.kernel.blackbox.reloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.Problem;
import io.policyengine.core.policy.Fact;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reload that would open what was closed: {@code max_opened_routes}. */
class OpenedRoutesTest {
    private static final String WORKER = "workers: [ { name: w } ]\nunknown_route: deny\n";
    private static final String ROUTES = "routes/routes.yaml";
    private static final String AUTH = "[ { policy: auth }, { policy: rule } ]";
    private static final String CONDITIONAL =
            "[ { policy: auth, when: \"!('x-beta' in request.headers)\" }, { policy: rule } ]";
    private static final String REMEDY =
            ". If this is intended, set policy_kernel.allow_open: true, or POST /config:reload?allow_open=true";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w")
            .with(
                    "auth",
                    Policies.denying(401, "no"),
                    Fact.PROVIDES_IDENTITY,
                    Fact.DENIES_ANONYMOUS,
                    Fact.MAY_DENY,
                    Fact.DECLARES_ALL_EFFECTS)
            .with("rule", Policies.denying(403, "no"), Fact.RESTRICTS_ACCESS, Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS)
            .with("foreign", Policies.denying(418, "no"), Fact.MAY_DENY);

    @AfterEach
    void stop() {
        kernel.close();
    }

    private static String chain(String request) {
        return KernelHarness.route("orders", request, "[]");
    }

    private void settings(String settings) {
        kernel.write("kernel.yaml", KernelHarness.settings(settings));
    }

    private int status() {
        return kernel.get("orders").status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ { policy: rule } ]",
                "[ { policy: auth } ]",
                "[ { policy: auth, mode: off }, { policy: rule } ]",
                "[ { policy: auth, mode: shadow }, { policy: rule } ]",
                CONDITIONAL,
                "[ { policy: auth }, { policy: rule, on_overload: continue } ]",
                "[ { policy: auth, on_failure: continue }, { policy: rule, on_failure: continue } ]",
                "[ { policy: foreign }, { policy: auth }, { policy: rule } ]",
                "[ { policy: auth }, { policy: rule }, { policy: foreign, reroute: true } ]"
            })
    void aChangeThatOpensARouteIsRejectedAndTheOldChainGoesOn(String changed) {
        kernel.start(WORKER, chain(AUTH));

        kernel.write(ROUTES, chain(changed));
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .startsWith("route 'orders' would open, but max_opened_routes is 0 %: ")
                        .endsWith(REMEDY));
        assertThat(status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ { policy: auth }, { policy: rule }, { policy: rule, name: another } ]",
                "[ { policy: rule }, { policy: auth } ]",
                "[ { policy: auth, name: renamed }, { policy: rule } ]",
                "[ { policy: auth, when: \"request.method == 'GET'\" },"
                        + " { policy: auth, name: others, when: \"request.method != 'GET'\" }, { policy: rule } ]"
            })
    void aChangeThatOpensNothingIsTaken(String changed) {
        kernel.start(WORKER, chain(AUTH));

        kernel.write(ROUTES, chain(changed));

        assertThat(kernel.reload().problems()).isEmpty();
        assertThat(kernel.reload().status()).isEqualTo(Status.UNCHANGED);
    }

    @Test
    void saysWhereAndHowTheRouteWouldOpen() {
        kernel.start(WORKER, chain(AUTH));

        kernel.write(ROUTES, chain(CONDITIONAL));
        ReloadResult result = kernel.reload();

        assertThat(result.problems())
                .extracting(Problem::toString)
                .containsExactly("routes/routes.yaml:3:59: error: route 'orders' would open, but"
                        + " max_opened_routes is 0 %: requests reach the upstream without an identity if the condition"
                        + " of 'auth' is false (`when: !('x-beta' in request.headers)`): remove 'when', or add an entry"
                        + " for the requests for which it is false, with the opposite condition" + REMEDY);
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("was rejected and generation 1 stays", "'orders' would open");
        assertThat(kernel.metric("policy_kernel_config_reload_total{status=\"failure\"}"))
                .isEqualTo(1);
    }

    @Test
    void allowOpenInTheFilesOpensIt() {
        kernel.start(WORKER, chain(AUTH));

        settings(WORKER + "allow_open: true\n");
        kernel.write(ROUTES, chain("[]"));
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(status()).isEqualTo(200);
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("1 route lets messages pass that were stopped before");
    }

    @Test
    void theCallerMayAllowIt() {
        kernel.start(WORKER, chain(AUTH));
        kernel.write(ROUTES, chain(CONDITIONAL));

        ReloadResult lossAllowed = Await.result(kernel.reloads().reload(Origin.API, LossGuard.FULL.allowingLoss()));
        ReloadResult openAllowed = Await.result(kernel.reloads().reload(Origin.API, LossGuard.FULL.allowingOpen()));

        assertThat(lossAllowed.status()).isEqualTo(Status.FAILURE);
        assertThat(openAllowed.status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void aShareOfTheRoutesMayBeOpened() {
        String other = chain(AUTH).replace("route_policies:\n", "").replace("orders", "others");
        kernel.start(WORKER + "max_opened_routes: 50\n", chain(AUTH) + other);

        kernel.write(ROUTES, chain("[ { policy: rule } ]") + other);
        Status one = kernel.reload().status();
        kernel.write(
                ROUTES, chain("[]") + other.replace("{ policy: rule }", "{ policy: rule, on_overload: continue }"));
        Status two = kernel.reload().status();

        assertThat(one).isEqualTo(Status.SUCCESS);
        assertThat(two).isEqualTo(Status.FAILURE);
    }

    @Test
    void aNewRouteMayBeOpen() {
        kernel.start(WORKER, chain(AUTH));

        kernel.write(
                ROUTES,
                chain(AUTH) + "  - { route_name: public, request_flow: { policy_chain: [ { policy: rule } ] } }\n");

        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void aRouteThatIsGoneIsComparedWithWhatTakesItsRequests() {
        String any = "  - { route_name: \"*\", request_flow: { policy_chain: %s } }\n";
        kernel.start(WORKER, chain(AUTH) + any.formatted("[ { policy: auth } ]"));

        kernel.write(ROUTES, "route_policies:\n" + any.formatted("[ { policy: auth } ]"));
        ReloadResult weaker = kernel.reload();
        kernel.write(ROUTES, "route_policies:\n" + any.formatted(AUTH));
        Status asStrong = kernel.reload().status();

        assertThat(weaker.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .contains("its route policy is gone, and '*' applies to its requests; requests reach the"
                                + " upstream without 'rule', which the route no longer has"));
        assertThat(asStrong).isEqualTo(Status.SUCCESS);
    }

    /** {@code +} is a chain with both guarantees, {@code -} one that has only an identity. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // before | after | requests that lose a guarantee
                "* + | * +, api-admin - | api-admin",
                "* + | * +, api-* - | api-*",
                "* + | * +, ~api-[a-z]+ - | *",
                "api-* + | api-* +, api-admin* - | api-admin*",
                "~api-[a-z]+ + | ~api-[a-z]+ +, api-* - | api-*",
                "~api-[a-z]+ + | ~api-[a-z]+ +, api-admin - | api-admin",
                "~api-.* +, ~api-adm.* - | ~api-adm.* -, ~api-.* + | *",
                "~(users|api)-.* +, ~api-adm.* - | ~api-adm.* -, ~(users|api)-.* + | *",
                "~api-.* +, ~.*-admin - | ~.*-admin - | *",
                "* + | * +, open api-admin | api-admin",
                "* + | * +, open api-* | api-*",
                "api-* +, * + | * +, open api-admin | api-admin",
                "~api-.* +, * + | * +, open api-admin | api-admin",
                "api +, * - | * -, open api | api",
                "* + | * +, api-admin + | -",
                "* - | * -, api-admin - | -",
                "api-* + | api-* +, orders - | -",
                "~(users|orders)-.* + | ~(users|orders)-.* +, api-* - | -",
                "~users-.* +, ~orders-.* - | ~orders-.* -, ~users-.* + | -",
                "~api-.* +, ~api-adm.* - | ~zzz -, ~api-.* +, ~api-adm.* -, ~public - | -"
            })
    void requestsThatLoseTheirRoutePolicyToAnotherAreCompared(String line) {
        String[] parts = line.split(" \\| ", 3);
        kernel.start(WORKER + open(parts[0]), policies(parts[0]));

        settings(WORKER + open(parts[1]));
        kernel.write(ROUTES, policies(parts[1]));
        ReloadResult result = kernel.reload();

        if (parts[2].equals("-")) {
            assertThat(result.status()).as(result::toString).isEqualTo(Status.SUCCESS);
        } else {
            assertThat(result.problems())
                    .as(result::toString)
                    .anyMatch(problem -> problem.message().contains("its requests of '" + parts[2] + "'")
                            || problem.message().contains("its route policy is gone"));
        }
    }

    /** {@code ?} is a chain that is refused. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // before | then | at last
                "api +, * ? | * ? | * -",
                "api +, ap* ? | ap* ? | ap* -",
                "api + | api +, * ? | * ? | * -"
            })
    void whatARefusedRoutePolicyTookIsComparedOnceItServes(String line) {
        String[] steps = line.split(" \\| ", -1);
        kernel.start(WORKER, policies(steps[0]));
        for (int i = 1; i < steps.length - 1; i++) {
            kernel.write(ROUTES, policies(steps[i]));
            assertThat(kernel.reload().status()).as(steps[i]).isEqualTo(Status.SUCCESS);
        }

        kernel.write(ROUTES, policies(steps[steps.length - 1]));
        ReloadResult result = kernel.reload();

        assertThat(result.problems())
                .as(result::toString)
                .anyMatch(problem -> problem.message().contains("without 'rule'"));
        assertThat(result.status()).isEqualTo(Status.FAILURE);
    }

    private static String open(String routes) {
        return routes.contains("open ") ? "open_routes: [ \"" + routes.replaceAll(".*open ", "") + "\" ]\n" : "";
    }

    private static String policies(String routes) {
        return "route_policies:\n"
                + Stream.of(routes.split(", "))
                        .filter(route -> !route.startsWith("open "))
                        .map(route -> "  - { " + (route.startsWith("~") ? "route_name_regex" : "route_name") + ": \""
                                + route.substring(route.startsWith("~") ? 1 : 0, route.lastIndexOf(' '))
                                + "\", request_flow: { policy_chain: "
                                + chainOf(route) + " } }\n")
                        .collect(Collectors.joining());
    }

    private static String chainOf(String route) {
        return switch (route.charAt(route.length() - 1)) {
            case '+' -> AUTH;
            case '?' -> "[ { policy: auth }, { policy: unheardOf } ]";
            default -> "[ { policy: auth } ]";
        };
    }

    @Test
    void aRouteIsNotLostToUnknownRoutesThatPass() {
        String other = chain(AUTH).replace("orders", "others");
        kernel.start("workers: [ { name: w } ]\n", chain(AUTH) + other.replace("route_policies:\n", ""));

        kernel.write(ROUTES, other);
        ReloadResult open = kernel.reload();
        settings(WORKER);
        Status denied = kernel.reload().status();
        settings("workers: [ { name: w } ]\n");
        ReloadResult unknown = kernel.reload();

        assertThat(open.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .contains("its route policy is gone, and 'unknown_route: continue' lets its requests pass"));
        assertThat(denied).isEqualTo(Status.SUCCESS);
        assertThat(unknown.problems())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith("kernel.yaml: error: requests of routes without a route policy would reach the upstream");
    }

    @Test
    void aRouteThatWasRefusedMeanwhileIsComparedWithItsLastAnswer() {
        kernel.start(WORKER, chain(AUTH));

        worker.without("auth").goAway();
        worker.comeBack();
        Await.until(() -> status() == 500);
        kernel.write(ROUTES, chain("[ { policy: rule } ]"));
        Status open = kernel.reload().status();

        assertThat(open).isEqualTo(Status.FAILURE);
        assertThat(status()).isEqualTo(500);
    }

    @Test
    void anOverrideMayOpenButNotCoverAChangeThatDoes() {
        kernel.start(WORKER, chain(AUTH));

        kernel.write("overrides.yaml", "overrides:\n  - { policy: auth, mode: off, reason: test }\n");
        Status off = kernel.reload().status();
        kernel.write(ROUTES, chain(CONDITIONAL));
        Status meanwhile = kernel.reload().status();
        kernel.write("overrides.yaml", "overrides: []\n");
        kernel.write(ROUTES, chain(AUTH));
        Status back = kernel.reload().status();

        assertThat(off).isEqualTo(Status.SUCCESS);
        assertThat(meanwhile).isEqualTo(Status.FAILURE);
        assertThat(back).isEqualTo(Status.SUCCESS);
        assertThat(status()).isEqualTo(401);
    }

    @Test
    void aChangeWhileTheWorkerIsAwayIsJudgedByWhatIsKnown() {
        kernel.start(WORKER, chain(AUTH));
        worker.goAway();

        kernel.write(ROUTES, chain(AUTH) + "# The same.\n");
        Status same = kernel.reload().status();
        kernel.write(ROUTES, chain(CONDITIONAL));
        ReloadResult open = kernel.reload();
        kernel.write(ROUTES, chain("[ { policy: auth, params: { a: 1 } }, { policy: rule } ]"));
        ReloadResult unknown = kernel.reload();

        assertThat(same).isEqualTo(Status.SUCCESS);
        assertThat(open.problems().getFirst().message()).contains("the condition of 'auth' is false");
        assertThat(unknown.problems().getFirst().message())
                .contains("a worker is away, so that the effects of its policies are not known");
    }

    @Test
    void requestsThatMoveWhileTheWorkerIsAwayMayLoseAnything() {
        kernel.start(WORKER, policies("* +"));
        worker.goAway();

        kernel.write(ROUTES, policies("* +, api-admin +"));

        assertThat(kernel.reload().problems().getFirst().message())
                .contains("its requests of 'api-admin'", "a worker is away");
    }

    @Test
    void aWorkerThatFailsOpenWhileItIsAwayOpens() {
        kernel.start(WORKER, chain(AUTH));
        worker.goAway();

        settings("workers: [ { name: w, fail_open: true } ]\nunknown_route: deny\n");
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems().getFirst().message()).contains("fail_open: true of worker 'w'");
    }

    @Test
    void aWorkerThatComesBackWithOtherFactsIsSeenAndBlocksNoReload() {
        String reversed = "[ { policy: rule }, { policy: auth } ]";
        kernel.start(WORKER, chain(reversed));

        worker.with(
                "rule",
                Policies.denying(403, "no"),
                Fact.RESTRICTS_ACCESS,
                Fact.MAY_DENY,
                Fact.SKIPS_REMAINING,
                Fact.DECLARES_ALL_EFFECTS);
        worker.goAway();
        worker.comeBack();
        Await.until(() -> kernel.generation().report().opened().contains("orders"));
        kernel.write(ROUTES, chain(reversed) + "# The same.\n");

        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
    }
}

package io.policyengine.kernel.blackbox.reloads;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.error.Problem;
import io.policyengine.kernel.change.LossGuard;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A reload that would lose many routes: SPEC §4, {@code max_lost_routes}. */
class LostRoutesTest {
    private static final String WORKER = "workers: [ { name: w } ]\n";
    private static final String ROUTES = "routes/routes.yaml";

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker worker = kernel.worker("w").with("deny", Policies.denying(401, "no"));

    @AfterEach
    void stop() {
        kernel.close();
    }

    /** So many routes r1, r2, … with this policy. */
    private static String routes(int first, int last, String policy) {
        return "route_policies:\n"
                + IntStream.rangeClosed(first, last)
                        .mapToObj(i -> "  - { route_name: r" + i + ", request_flow: { policy_chain: [ { policy: "
                                + policy + " } ] } }\n")
                        .collect(Collectors.joining());
    }

    private void settings(String settings) {
        kernel.write("kernel.yaml", KernelHarness.settings(WORKER + settings));
    }

    private int status(int route) {
        return kernel.get("r" + route).status();
    }

    private double gauge(String state) {
        return kernel.metric("policy_kernel_routes{state=\"" + state + "\"}");
    }

    @ParameterizedTest
    @CsvSource({
        // routes before, routes after, percent, whether they may go
        "10, 5, 50, true",
        "10, 4, 50, false",
        "20, 1, 50, false",
        "10, 9, 10, true",
        "10, 9, 9, false",
        "10, 9, 0, false",
        "10, 1, 100, true",
        "9, 1, 50, true",
        "9, 8, 0, true"
    })
    void losesNoMoreThanItsShareOfTenRoutesOrMore(int before, int after, int percent, boolean isTaken) {
        kernel.start(WORKER + "max_lost_routes: " + percent + "\n", routes(1, before, "deny"));

        kernel.write(ROUTES, routes(1, after, "deny"));
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(isTaken ? Status.SUCCESS : Status.FAILURE);
        assertThat(status(1)).isEqualTo(401);
        assertThat(status(before)).isEqualTo(isTaken ? 200 : 401);
    }

    @Test
    void saysWhichRoutesWouldBeLostAndWhatToDo() {
        kernel.start(WORKER, routes(1, 40, "deny"));

        kernel.write(ROUTES, routes(1, 4, "deny"));
        ReloadResult result = kernel.reload();

        assertThat(result.problems())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith("routes: error: of 40 routes, 36 would be lost ('r5', 'r6', ")
                .contains(", 'r24' and 16 more), but max_lost_routes is 50 %: ")
                .endsWith("set policy_kernel.allow_loss: true, or POST /config:reload?allow_loss=true");
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("was rejected and generation 1 stays", "36 would be lost");
    }

    private static String route(String key, String name) {
        return "  - { " + key + ": \"" + name + "\", request_flow: { policy_chain: [ { policy: deny } ] } }\n";
    }

    @ParameterizedTest
    @CsvSource({
        // the route that is lost, what is open, what else has a route policy, whether it may go
        "route_name, api/users, api/u*, *, false",
        "route_name, api/users/*, api/u*, *, false",
        "route_name, api/u*, api/*, *, false",
        "route_name_regex, api/v[0-9]/users, api/*, *, false",
        "route_name_regex, api|users, us*, *, false",
        "route_name, api/users, api/users/*, *, true",
        "route_name, api/users, api/u*, api/us*, true",
        "route_name, api/users, ap*, api/*, true",
        "route_name_regex, api/v[0-9]/users, health/*, *, true",
        "route_name, api/users, health, *, true"
    })
    void aRouteIsNotLostToAnOpenPrefix(String key, String lost, String open, String other, boolean isTaken) {
        String settings = WORKER + "unknown_route: deny\nopen_routes: [ \"" + open + "\" ]\n";
        kernel.start(settings, "route_policies:\n" + route("route_name", other) + route(key, lost));

        kernel.write(ROUTES, "route_policies:\n" + route("route_name", other));
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(isTaken ? Status.SUCCESS : Status.FAILURE);
        if (!isTaken) {
            assertThat(result.problems())
                    .extracting(Problem::toString)
                    .containsExactly(
                            "routes: error: the requests of routes that would be lost ('" + lost
                                    + "') would pass without policies, by a prefix in policy_kernel.open_routes: if this is intended, set policy_kernel.allow_loss: true, or POST /config:reload?allow_loss=true");
            assertThat(Await.result(kernel.reloads().reload(Origin.API, LossGuard.NONE))
                            .status())
                    .isEqualTo(Status.SUCCESS);
        }
    }

    @Test
    void aRouteThatIsLostToAnOpenPrefixKeepsItsPolicies() {
        kernel.start(
                WORKER + "unknown_route: deny\nopen_routes: [ \"api/u*\" ]\n",
                "route_policies:\n" + route("route_name", "*") + route("route_name", "api/users"));

        kernel.write(ROUTES, "route_policies:\n" + route("route_name", "*"));
        kernel.reload();

        assertThat(kernel.get("api/users").status()).isEqualTo(401);
        assertThat(kernel.get("api/unheard-of").status()).isEqualTo(200);
    }

    @Test
    void aRouteThatIsListedAsOpenInsteadIsNotLost() {
        String routes = "route_policies:\n" + route("route_name", "*");
        kernel.start(WORKER, routes + route("route_name", "api/users"));

        settings("open_routes: [ api/users ]\n");
        kernel.write(ROUTES, routes);

        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
        assertThat(kernel.get("api/users").status()).isEqualTo(200);
    }

    @Test
    void aRouteWithAnotherNameIsALostOne() {
        kernel.start(WORKER, routes(1, 10, "deny"));

        kernel.write(ROUTES, routes(11, 20, "deny"));

        assertThat(kernel.reload().status()).isEqualTo(Status.FAILURE);
        assertThat(status(10)).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "request_flow: { policy_chain: [] }",
                "request_flow: { policy_chain: [ { policy: deny, mode: off } ] }"
            })
    void aRouteThatHasNoPolicyLeftIsALostOne(String flow) {
        kernel.start(WORKER, routes(1, 10, "deny"));

        kernel.write(
                ROUTES, routes(1, 10, "deny").replace("request_flow: { policy_chain: [ { policy: deny } ] }", flow));

        assertThat(kernel.reload().status()).isEqualTo(Status.FAILURE);
        assertThat(status(1)).isEqualTo(401);
    }

    @Test
    void routesThatWereAlreadyRefusedDoNotCountAsServed() {
        kernel.start(WORKER, routes(1, 5, "deny") + routes(6, 10, "unheardOf").substring("route_policies:\n".length()));

        kernel.write(ROUTES, routes(1, 2, "deny") + routes(6, 10, "unheardOf").substring("route_policies:\n".length()));
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(result.problems().getFirst().message())
                .startsWith("of 10 routes, 3 would be lost ('r3', 'r4', 'r5'), but max_lost_routes is 50 %");
    }

    @Test
    void allowLossInTheFilesLetsThemGo() {
        kernel.start(WORKER, routes(1, 10, "deny"));
        kernel.write(ROUTES, routes(1, 1, "deny"));
        assertThat(kernel.reload().status()).isEqualTo(Status.FAILURE);

        settings("allow_loss: true\n");

        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
        assertThat(kernel.admin("/health/ready"))
                .contains("9 routes disappeared, or lost their policies, with the last change ('r2', ");
        assertThat(kernel.generation().report().lost()).hasSize(9);
    }

    @Test
    void aWorkerThatComesBackWithoutAPolicyIsSeenAndBlocksNoReload() {
        kernel.start(WORKER, routes(1, 10, "deny"));

        worker.without("deny").goAway();
        worker.comeBack();
        Await.until(() -> gauge("refused") == 10);

        assertThat(kernel.admin("/health/ready")).startsWith("503").contains("every route is refused");
        kernel.write(ROUTES, routes(1, 11, "deny"));
        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void aWorkerThatIsAwayBlocksNoReload() {
        kernel.start(WORKER, routes(1, 10, "deny"));
        worker.goAway();

        kernel.write(ROUTES, routes(1, 11, "deny"));

        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
        assertThat(gauge("serving")).isEqualTo(11);
    }

    @Test
    void aFileThatEndsInTheMiddleOfALineIsTakenForOneThatIsCutOff() {
        String routes = """
                route_policies:
                  - route_name: r1
                    request_flow:
                      policy_chain:
                        - policy: deny
                    lint_ignore: []
                """;
        kernel.start(WORKER, routes);

        kernel.write(ROUTES, routes.substring(0, routes.indexOf("request_flow")));
        ReloadResult result = kernel.reload();

        assertThat(result.problems())
                .extracting(Problem::toString)
                .singleElement()
                .asString()
                .startsWith(
                        "routes/routes.yaml:3:1: error: the file ends here, and its text is only the beginning of its earlier text: it looks cut off");
        assertThat(status(1)).isEqualTo(401);
    }

    @Test
    void aFileThatEndsEarlierAndTakesPoliciesFromARouteIsTakenForOneThatIsCutOff() {
        String routes = """
                route_policies:
                  - route_name: r1
                    request_flow:
                      policy_chain:
                        - policy: deny
                        - policy: deny
                """;
        kernel.start(WORKER, routes);

        kernel.write(ROUTES, routes.substring(0, routes.lastIndexOf("      - policy")));
        Status cut = kernel.reload().status();
        kernel.write(
                ROUTES, routes.substring(0, routes.lastIndexOf("      - policy")) + "# The second is not needed.\n");
        Status meant = kernel.reload().status();

        assertThat(cut).isEqualTo(Status.FAILURE);
        assertThat(meant).isEqualTo(Status.SUCCESS);
    }

    @Test
    void aFileThatEndsEarlierAndTakesPoliciesFromTheResponsesOfARouteIsTakenForOneThatIsCutOff() {
        String routes = """
                route_policies:
                  - route_name: r1
                    request_flow: { policy_chain: [ { policy: deny } ] }
                    response_flow:
                      policy_chain:
                        - policy: deny
                        - policy: deny
                """;
        kernel.start(WORKER, routes);

        for (String end : List.of("        - policy", "    response_flow")) {
            kernel.write(ROUTES, routes.substring(0, routes.lastIndexOf(end)));
            ReloadResult cut = kernel.reload();

            assertThat(cut.status()).as(end).isEqualTo(Status.FAILURE);
            assertThat(cut.problems()).as(end).singleElement().asString().contains("it looks cut off");
        }
    }

    @Test
    void aFileThatLosesWholeRoutesAtItsEndIsNotCutOff() {
        kernel.start(WORKER, routes(1, 3, "deny"));

        kernel.write(ROUTES, routes(1, 2, "deny"));

        assertThat(kernel.reload().status()).isEqualTo(Status.SUCCESS);
    }

    @Test
    void aKernelYamlThatEndsBeforeUnknownRoutesAreDeniedIsTakenForOneThatIsCutOff() {
        kernel.start(WORKER + "unknown_route: deny\n", routes(1, 1, "deny"));

        String whole = kernel.read("kernel.yaml");
        kernel.write("kernel.yaml", whole.substring(0, whole.indexOf("  unknown_route")));
        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(Status.FAILURE);
        assertThat(kernel.get("unknown").status()).isEqualTo(403);
    }

    @Test
    void countsRoutesByState() {
        kernel.start(WORKER + "open_routes: [ health, \"public/*\" ]\n", routes(1, 3, "deny") + """
                  - { route_name: bad, request_flow: { policy_chain: [ { policy: unheardOf } ] } }
                """);

        assertThat(gauge("serving")).isEqualTo(3);
        assertThat(gauge("refused")).isEqualTo(1);
        assertThat(gauge("awaited")).isZero();
        assertThat(gauge("open")).isEqualTo(2);
        assertThat(kernel.admin("/health/ready"))
                .startsWith("200")
                .contains("degraded: 1 of 4 routes are refused ('bad'): GET /config says why");
    }

    @Test
    void aKernelAllOfWhoseRoutesAreRefusedIsNotReady() {
        kernel.start(WORKER, routes(1, 3, "unheardOf"));

        assertThat(kernel.admin("/health/ready"))
                .startsWith("503")
                .contains("every route is refused ('r1', 'r2', 'r3'): GET /config says why");
        assertThat(gauge("refused")).isEqualTo(3);
    }

    @Test
    void routesWhoseWorkerHasNotAnsweredAreAwaited() {
        worker.goAway();
        kernel.start(WORKER, routes(1, 3, "deny"));

        assertThat(gauge("awaited")).isEqualTo(3);
        assertThat(kernel.admin("/health/ready")).startsWith("503").doesNotContain("every route is refused");
    }

    @Test
    void aSequenceOfSmallLossesIsNotAnAccident() throws IOException {
        kernel.start(WORKER, routes(1, 20, "deny"));

        kernel.write(ROUTES, routes(1, 12, "deny"));
        Status first = kernel.reload().status();
        kernel.write(ROUTES, routes(1, 8, "deny"));
        Status second = kernel.reload().status();
        Files.delete(kernel.directory().resolve(ROUTES));
        Status none = kernel.reload().status();

        assertThat(first).isEqualTo(Status.SUCCESS);
        assertThat(second).isEqualTo(Status.SUCCESS);
        assertThat(none).isEqualTo(Status.FAILURE);
    }
}

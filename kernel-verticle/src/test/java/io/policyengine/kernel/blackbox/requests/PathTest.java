package io.policyengine.kernel.blackbox.requests;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Paths that an upstream may read otherwise than Envoy do not pass, on whatever route. */
class PathTest {
    private static final String ROUTES = """
            route_policies:
              - route_name: r
                request_flow: { policy_chain: [ { policy: p } ] }
              - route_name: slashes
                allow_in_path: [ encoded_slash ]
                request_flow: { policy_chain: [ { policy: p } ] }
              - route_name: writes
                request_flow: { policy_chain: [ { policy: writer } ] }
              - route_name: writes or not
                request_flow: { policy_chain: [ { policy: writer, on_failure: continue }, { policy: p } ] }
              - route_name: writes slashes
                allow_in_path: [ encoded_slash ]
                request_flow: { policy_chain: [ { policy: writer } ] }
              - route_name: unsupported
                request_flow: { policy_chain: [ { policy: unknown } ] }
            """;

    private final KernelHarness kernel = KernelHarness.create();
    private final AtomicInteger runs = new AtomicInteger();
    private volatile String written = "/";

    @AfterEach
    void stop() {
        kernel.close();
    }

    private void start(String settings) {
        kernel.worker("w")
                .with("p", Policies.onRequest(_ -> {
                    runs.incrementAndGet();
                    return RequestOutcome.proceed(List.of(new SetHeader("x-ran", "p")));
                }))
                .with("writer", Policies.onRequest(_ -> RequestOutcome.proceed(List.of(new SetPath(written)))));
        kernel.start("workers: [ { name: w } ]\n" + settings, ROUTES);
    }

    private SimResult get(String route, String path) {
        return kernel.exchange(route, SimRequest.get(path));
    }

    @Test
    void aPathThatAnUpstreamMayReadOtherwiseIsRefusedBeforeAnyPolicyRuns() {
        start("");

        SimResult result = get("r", "/public/..;/api/v1/users");

        assertThat(result.status()).isEqualTo(400);
        assertThat(result.upstream()).isNull();
        assertThat(runs).hasValue(0);
        assertThat(result.response().bodyText())
                .startsWith(
                        "{\"error\": \"Path not accepted\", \"code\": \"PATH_REFUSED\", \"kind\": \"dot_segment\",");
        assertThat(result.details()).isEqualTo("path_refused:dot_segment:PATH_REFUSED{kernel}");
        assertThat(result.response().header("content-type")).isEqualTo("application/json");
        Await.untilAsserted(() -> assertThat(kernel.metric("policy_kernel_paths_refused_total{kind=\"dot_segment\"}"))
                .isEqualTo(1));
        assertThat(kernel.metric("policy_kernel_paths_refused_total{kind=\"empty_segment\"}"))
                .isZero();
    }

    @Test
    void anOrdinaryPathPassesAndItsPolicyRuns() {
        start("");

        SimResult result = get("r", "/api/v1/caf%C3%A9?next=/a/../b//c");

        assertThat(result.reached().path()).isEqualTo("/api/v1/caf%C3%A9?next=/a/../b//c");
        assertThat(result.reached().header("x-ran")).isEqualTo("p");
    }

    @Test
    void routesWithoutPoliciesRefuseSuchPathsToo() {
        start("open_routes: [ open ]\n");

        for (String route : List.of("unknown", "open", "")) {
            SimResult result = get(route, "//api/v1/users");

            assertThat(result.status()).as(route).isEqualTo(400);
            assertThat(result.upstream()).as(route).isNull();
        }
        assertThat(get("unknown", "/api/v1/users").status()).isEqualTo(200);
    }

    @Test
    void aRouteThatIsRefusedAnywayTellsOfThePathFirst() {
        start("");

        assertThat(get("unsupported", "/a//b").status()).isEqualTo(400);
        assertThat(get("unsupported", "/a/b").status()).isEqualTo(500);
    }

    @Test
    void aRouteMayAllowASpellingAndNoOtherRouteHasIt() {
        start("open_routes: [ open ]\n");

        assertThat(get("slashes", "/projects/group%2Fname").reached().path()).isEqualTo("/projects/group%2Fname");
        assertThat(get("slashes", "/projects/group%2F..%2Fname").status()).isEqualTo(400);
        assertThat(get("slashes", "/projects//name").status()).isEqualTo(400);
        assertThat(get("r", "/projects/group%2Fname").status()).isEqualTo(400);
        assertThat(get("open", "/projects/group%2Fname").status()).isEqualTo(400);
    }

    @Test
    void lenientRulesLetPassWhatHonestClientsSend() {
        start("path_rules: lenient\n");

        assertThat(get("r", "//api/v1/users").status()).isEqualTo(200);
        assertThat(get("unknown", "/api%2fv1/users;x").status()).isEqualTo(200);
        assertThat(get("unknown", "/public/%252e%252e/api").status()).isEqualTo(400);
        assertThat(get("r", "/api/v1/users%00").status()).isEqualTo(400);
    }

    @Test
    void withoutRulesEveryPathPasses() {
        start("path_rules: \"off\"\n");

        assertThat(get("unknown", "/public/..;/api/v1/users").reached().path()).isEqualTo("/public/..;/api/v1/users");
        assertThat(get("r", "/../%zz").status()).isEqualTo(200);
    }

    private SimResult write(String route, String path) {
        written = path;
        return get(route, "/api/v1/users?q=1");
    }

    @Test
    void whatNoClientMayWriteAsThePathNoPolicyWritesEither() {
        start("");

        for (String path :
                List.of("/a//b", "/a%2Fb", "/a%5Cb", "/a;x/b", "/a%252Fb", "/a%0D%0A", "/a\\b", "/a.", "/a%zz")) {
            SimResult result = write("writes", path);

            assertThat(result.status()).as(path).isEqualTo(500);
            assertThat(result.upstream()).as(path).isNull();
        }
        assertThat(write("writes", "/caf%C3%A9/a%20b").reached().path()).isEqualTo("/caf%C3%A9/a%20b?q=1");
        assertThat(write("writes", "/a?next=//b;c").reached().path()).isEqualTo("/a?next=//b;c");
        assertThat(kernel.metric("policy_kernel_paths_refused_total{kind=\"empty_segment\"}"))
                .isZero();
    }

    @Test
    void aPathThatAPolicyMayNotWriteDeniesWhateverOnFailureSays() {
        start("");

        SimResult result = write("writes or not", "/a//b");

        assertThat(result.status()).isEqualTo(500);
        assertThat(result.upstream()).isNull();
    }

    @Test
    void whatARouteAllowsItsPoliciesMayWriteAndNothingElse() {
        start("");

        assertThat(write("writes slashes", "/a%2Fb").reached().path()).isEqualTo("/a%2Fb?q=1");
        assertThat(write("writes slashes", "/a%2F/b").reached().path()).isEqualTo("/a%2F/b?q=1");
        assertThat(write("writes slashes", "/a%2F//b").status()).isEqualTo(500);
    }

    @Test
    void whatLenientRulesLetPassPoliciesMayWriteOnEveryRoute() {
        start("path_rules: lenient\n");

        assertThat(write("writes", "/a//b;c").reached().path()).isEqualTo("/a//b;c?q=1");
        assertThat(write("writes", "/a%0D%0A").status()).isEqualTo(500);
    }

    @Test
    void withoutRulesPoliciesMayWriteAllButDotSegments() {
        start("path_rules: \"off\"\n");

        assertThat(write("writes", "/a%0D%0A//").reached().path()).isEqualTo("/a%0D%0A//?q=1");
        assertThat(write("writes", "/a/..%2Fb").status()).isEqualTo(500);
    }

    @Test
    void theLogNamesThePolicyTheKindAndTheRemedyOfAPathThatAPolicyMayNotWrite() {
        List<ILoggingEvent> lines = logged(() -> {
            start("");

            write("writes", "/secret-token//");
        });

        assertThat(lines.stream()
                        .map(line -> line.getKeyValuePairs() + " " + line.getFormattedMessage())
                        .toList())
                .singleElement()
                .asString()
                .contains("policy=\"writer\"", "route_name=\"writes\"", "'path_rules' refuse for empty_segment")
                .contains("list empty_segment in the route's 'allow_in_path'")
                .doesNotContain("secret-token");
    }

    @Test
    void aPathIsLookedAtWhereOnlyItsAttributeIsTold() {
        start("");
        EnvoySim envoy = kernel.envoy(KernelHarness.filterBuilder("unknown")
                .requestAttribute("request.path", "/public/..;/api/v1/users")
                .requestAttribute("request.method", "POST")
                .mode(all -> all.setRequestHeaderMode(HeaderSendMode.SKIP).setRequestBodyMode(BodySendMode.STREAMED))
                .build());

        SimResult result = Await.result(
                envoy.exchange(SimRequest.post("/public/..;/api/v1/users", "body"), Upstream.replying(200)));

        assertThat(result.status()).isEqualTo(400);
        assertThat(result.details()).isEqualTo("path_refused:dot_segment:PATH_REFUSED{kernel}");
    }

    @Test
    void thatAPathIsNotToldIsLoggedOnce() {
        List<ILoggingEvent> lines = logged(() -> {
            start("");
            EnvoySim envoy = kernel.envoy(
                    KernelHarness.filterBuilder("unknown").hidden(":path").build());
            for (int i = 0; i < 3; i++) {
                SimResult result = Await.result(envoy.exchange(SimRequest.get("/a//b"), Upstream.replying(200)));
                assertThat(result.status()).isEqualTo(200);
            }
        });

        assertThat(lines.stream().map(ILoggingEvent::getFormattedMessage))
                .filteredOn(line -> line.contains("does not send the path"))
                .hasSize(1);
    }

    /** What the kernel logs of exchanges meanwhile. */
    private static List<ILoggingEvent> logged(Runnable exchanges) {
        Logger logger = (Logger) LoggerFactory.getLogger("io.policyengine.kernel.exchange");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            exchanges.run();
        } finally {
            logger.detachAppender(lines);
        }
        return List.copyOf(lines.list);
    }

    @Test
    void theLogNamesTheKindOnceAndNeverThePath() {
        List<ILoggingEvent> lines = logged(() -> {
            start("");

            get("r", "/reset/secret-token//");
            get("r", "/reset/secret-token//");
            get("unknown", "/reset/secret-token;x");
        });

        List<String> told = lines.stream()
                .filter(line -> line.getFormattedMessage().startsWith("the path is refused"))
                .map(line -> line.getLevel() + " " + line.getKeyValuePairs() + " " + line.getFormattedMessage())
                .toList();
        assertThat(told).hasSize(2).noneMatch(line -> line.contains("secret-token"));
        assertThat(told.getFirst()).contains("kind=\"empty_segment\"", "route_name=\"r\"");
        assertThat(told.getLast()).contains("kind=\"path_parameter\"", "route_name=\"unknown\"");
    }
}

package io.policyengine.kernel.blackbox.reloads;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.policyengine.core.chain.run.ShadowOutcome;
import io.policyengine.core.config.EntryMode;
import io.policyengine.core.config.OverrideConfig;
import io.policyengine.core.config.Overrides;
import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.kernel.generation.Generation;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.policyengine.testkit.worker.ScriptedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Overrides: policies, routes and workers that are off or in the shadow, whatever chains say. */
class OverridesTest {
    private static final String WORKERS = "workers: [ { name: one, policies: [ a ] }, { name: two } ]\n";
    private static final String FILE = "overrides.yaml";
    private static final String METRIC = "policy_kernel_overrides{kind=\"%s\",mode=\"%s\",name=\"%s\"}";
    private static final String ROUTES = """
            route_policies:
              - route_name: /users
                request_flow: { policy_chain: [ { policy: deny }, { policy: a }, { policy: b } ] }
              - route_name_regex: /items/[0-9]+
                request_flow: { policy_chain: [ { policy: deny } ] }
              - route_name: "*"
                request_flow: { policy_chain: [ { policy: deny } ] }
              - route_name: /tried
                request_flow: { policy_chain: [ { policy: deny, mode: shadow }, { policy: a, mode: off } ] }
            """;

    private final KernelHarness kernel = KernelHarness.create();
    private final ScriptedWorker one = kernel.worker("one");
    private final ScriptedWorker two = kernel.worker("two");
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.policyengine.kernel.generation.OverrideWatch");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void policies() {
        one.with("a", Policies.request(new SetHeader("x-a", "1")));
        two.with("deny", Policies.denying(403, "no"));
        two.with("b", Policies.request(new SetHeader("x-b", "1")));
        logger.setLevel(Level.INFO);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stop() {
        kernel.close();
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private void startWith(String... overrides) {
        write(overrides);
        kernel.start(WORKERS, ROUTES);
    }

    private void write(String... overrides) {
        kernel.write(FILE, overrides(overrides));
    }

    private static String overrides(String... overrides) {
        return "overrides:\n" + String.join("", List.of(overrides)).indent(2);
    }

    private static String override(String kind, String name, String mode) {
        return "- { " + kind + ": '" + name + "', mode: " + mode + ", reason: it is broken }\n";
    }

    private static String endingAfter(String override, Duration time) {
        return override.replace(" }", ", until: '" + FakeTicker.START.plus(time) + "' }");
    }

    /** The mode of an entry of the request chain, and the override that gives it. */
    private Overrides.InForce inForce(String route, int entry) {
        Generation now = kernel.generation();
        RouteConfig config = now.config().routes().stream()
                .filter(one -> one.routeName().equals(route))
                .findFirst()
                .orElseThrow();
        return now.modes().of(config, config.requestFlow().chain().get(entry));
    }

    private static OverrideConfig.Target target(Overrides.InForce inForce) {
        return Objects.requireNonNull(inForce.override()).target();
    }

    private List<String> logged(Level level) {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().equals(level))
                .map(event -> event.getKeyValuePairs().toString())
                .toList();
    }

    @Test
    void aPolicyIsOffWhereverChainsHaveIt() {
        startWith(override("policy", "deny", "off"));

        assertThat(kernel.get("/users").reached().header("x-a")).isEqualTo("1");
        assertThat(kernel.get("/items/7").status()).isEqualTo(200);
        assertThat(kernel.get("/else").status()).isEqualTo(200);
    }

    @Test
    void aRouteIsOffByTheNameThatIsWritten() {
        startWith(
                override("route", "/users", "off"),
                override("route", "/items/[0-9]+", "off"),
                override("route", "*", "off"));

        assertThat(kernel.get("/users").reached().header("x-a")).isNull();
        assertThat(kernel.get("/items/7").status()).isEqualTo(200);
        assertThat(kernel.get("/else").status()).isEqualTo(200);
        assertThat(one.calls() + two.calls()).isZero();
    }

    @Test
    void aRouteThatIsOffLeavesTheOthersAlone() {
        startWith(override("route", "/items/[0-9]+", "off"));

        assertThat(kernel.get("/items/7").status()).isEqualTo(200);
        assertThat(kernel.get("/users").status()).isEqualTo(403);
        assertThat(kernel.get("/else").status()).isEqualTo(403);
    }

    @Test
    void aWorkersPoliciesAreOffAndThoseOfOthersRun() {
        startWith(override("worker", "two", "off"));

        var reached = kernel.get("/users").reached();

        assertThat(reached.header("x-a")).isEqualTo("1");
        assertThat(reached.header("x-b")).isNull();
        assertThat(two.calls()).isZero();
    }

    @Test
    void inTheShadowAPolicyOnlyCounts() {
        startWith(override("policy", "deny", "shadow"));

        assertThat(kernel.get("/users").reached().header("x-b")).isEqualTo("1");
        assertThat(two.shadowOutcomes()).containsExactly(ShadowOutcome.DENY);
    }

    @Test
    void theStrongestOfAllModesIsInForce() {
        startWith(override("worker", "two", "shadow"), override("policy", "deny", "off"));

        assertThat(kernel.get("/users").status()).isEqualTo(200);

        assertThat(two.shadowOutcomes()).containsExactly(ShadowOutcome.CHANGE);
        assertThat(inForce("/users", 0).mode()).isEqualTo(EntryMode.OFF);
        assertThat(target(inForce("/users", 0)).kind()).isEqualTo(OverrideConfig.Kind.POLICY);
        assertThat(inForce("/users", 1)).isEqualTo(new Overrides.InForce(EntryMode.ENFORCE, null));
        assertThat(inForce("/users", 2).mode()).isEqualTo(EntryMode.SHADOW);
        assertThat(target(inForce("/users", 2)).name()).isEqualTo("two");
    }

    @Test
    void noneSwitchesOnWhatAnEntryHasOff() {
        startWith(override("route", "/tried", "shadow"));

        assertThat(kernel.get("/tried").reached().header("x-a")).isNull();

        assertThat(one.shadowOutcomes()).isEmpty();
        assertThat(inForce("/tried", 0).override()).isNull();
        assertThat(inForce("/tried", 1)).isEqualTo(new Overrides.InForce(EntryMode.OFF, null));
    }

    @Test
    void thoseOfKernelYamlAndOfTheFileAreAddedTogether() {
        write(override("policy", "deny", "off"));
        kernel.start(WORKERS + overrides(override("policy", "deny", "shadow"), override("policy", "b", "off")), ROUTES);

        var reached = kernel.get("/users").reached();

        assertThat(reached.header("x-a")).isEqualTo("1");
        assertThat(reached.header("x-b")).isNull();
        assertThat(two.shadowOutcomes()).isEmpty();
        assertThat(kernel.generation().modes().overrides().active()).hasSize(3);
    }

    @Test
    void aWorkerThatIsAwayIsNotMissedWhileItsPoliciesAreOff() {
        kernel.start(WORKERS, ROUTES);
        two.goAway();
        Await.until(() -> kernel.metric("policy_kernel_worker_health{worker=\"two\"}") == 0);
        assertThat(kernel.get("/users").status()).isEqualTo(503);

        write(override("worker", "two", "off"));
        kernel.reload();

        assertThat(kernel.get("/users").reached().header("x-a")).isEqualTo("1");
    }

    @Test
    void aRouteThatIsRefusedForAPolicyIsServedWithoutIt() {
        kernel.start(WORKERS, ROUTES.replace("policy: a }", "policy: a, params: { problem: bad } }"));
        assertThat(kernel.get("/users").status()).isEqualTo(500);

        write(override("policy", "a", "off"), override("policy", "deny", "off"));
        kernel.reload();

        assertThat(kernel.get("/users").reached().header("x-b")).isEqualTo("1");
    }

    @Test
    void oneThatEndsLetsTheChainRunAsItIsWrittenAgain() {
        String hash = startEnding();
        assertThat(kernel.get("/users").status()).isEqualTo(200);
        assertThat(kernel.metric(METRIC.formatted("policy", "off", "deny"))).isEqualTo(1);

        kernel.clock().advance(Duration.ofMillis(50));

        Await.until(() -> kernel.get("/users").status() == 403);
        Generation now = kernel.generation();
        assertThat(now.snapshot().origin()).isEqualTo(Origin.OVERRIDE_ENDED);
        assertThat(now.snapshot().hash()).isEqualTo(hash);
        assertThat(now.modes().overrides().over()).hasSize(1);
        assertThat(kernel.metric(METRIC.formatted("policy", "off", "deny"))).isZero();
        assertThat(logged(Level.INFO)).hasSize(1);
    }

    private String startEnding() {
        startWith(endingAfter(override("policy", "deny", "off"), Duration.ofMillis(50)));
        return kernel.generation().snapshot().hash();
    }

    @Test
    void anEndIsNoticedWhenTheClockIsSet() {
        startWith(endingAfter(override("policy", "deny", "off"), Duration.ofDays(1)));
        assertThat(kernel.get("/users").status()).isEqualTo(200);

        kernel.clock().advance(Duration.ofDays(1));

        Await.until(() -> kernel.get("/users").status() == 403);
    }

    @Test
    void thoseThatEndLaterStayWhenOneEnds() {
        startWith(
                endingAfter(override("policy", "deny", "off"), Duration.ofMillis(50)),
                endingAfter(override("worker", "two", "shadow"), Duration.ofDays(1000)));
        assertThat(kernel.get("/users").status()).isEqualTo(200);

        kernel.clock().advance(Duration.ofMillis(50));

        Await.until(() -> {
            kernel.get("/users");
            return two.shadowOutcomes().contains(ShadowOutcome.DENY);
        });
        assertThat(kernel.get("/users").status()).isEqualTo(200);
    }

    @Test
    void oneWhoseTimeIsOverHasNoEffect() {
        startWith(endingAfter(override("policy", "deny", "off"), Duration.ofDays(-1)));

        assertThat(kernel.get("/users").status()).isEqualTo(403);
        assertThat(kernel.generation().modes().overrides().over()).hasSize(1);
        assertThat(logged(Level.WARN)).isEmpty();
    }

    @Test
    void aNameThatNothingHasIsPointedOutAndTheOthersWork() {
        kernel.start(WORKERS, ROUTES);
        write(override("policy", "denny", "off"), override("policy", "a", "off"));

        ReloadResult result = kernel.reload();

        assertThat(result.status()).isEqualTo(ReloadResult.Status.SUCCESS);
        assertThat(result.problems())
                .singleElement()
                .hasToString("overrides.yaml:2:15: warning: no chain has a policy 'denny', did you mean 'deny'?");
        assertThat(kernel.generation().config().warnings()).hasSize(1);
        assertThat(inForce("/users", 1).mode()).isEqualTo(EntryMode.OFF);
    }

    @Test
    void eachIsLoggedOnceAndWhenItIsRemoved() {
        startWith(override("policy", "deny", "off"));
        write("# moved\n", override("policy", "deny", "off"), override("worker", "one", "shadow"));
        kernel.reload();
        write(override("worker", "one", "shadow"));
        kernel.reload();

        assertThat(logged(Level.WARN)).hasSize(2);
        assertThat(logged(Level.WARN).getFirst())
                .contains(
                        "kind=\"policy\"",
                        "name=\"deny\"",
                        "mode=\"off\"",
                        "reason=\"it is broken\"",
                        "overrides.yaml:2:5");
        assertThat(logged(Level.INFO)).singleElement().asString().contains("name=\"deny\"");
        assertThat(kernel.metric(METRIC.formatted("policy", "off", "deny"))).isZero();
        assertThat(kernel.metric(METRIC.formatted("worker", "shadow", "one"))).isEqualTo(1);
        assertThat(kernel.get("/users").status()).isEqualTo(403);
    }
}

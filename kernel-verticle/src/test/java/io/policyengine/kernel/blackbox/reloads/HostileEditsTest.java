package io.policyengine.kernel.blackbox.reloads;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.kernel.blackbox.reloads.ConfEdits.Kind;
import io.policyengine.kernel.harness.KernelHarness;
import io.policyengine.kernel.harness.Policies;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random edits of a conf directory that is in use, seeded: what was refused before is never passed after. {@code -Dedits.count=1000}
 * makes more of them, {@code -Dedits.seed=N} others; the last line of a failure tells which led to it. Permissions are taken away only
 * where the tests do not run as root, whom they do not bind; MissingConfigurationIT takes them from another user's engine.
 */
class HostileEditsTest {
    private static final int COUNT = Integer.getInteger("edits.count", 100);
    private static final long SEED = Long.getLong("edits.seed", 1);
    private static final String KEY = "x-key";
    /** Most edits before somebody mends the directory. */
    private static final int SPELL = 8;

    private final KernelHarness kernel = KernelHarness.create();
    private final Map<String, EnvoySim> envoys = new LinkedHashMap<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.policyengine.kernel");

    HostileEditsTest() {
        kernel.worker("w")
                .with(
                        "key",
                        Policies.onRequest(
                                context -> context.request().headers().get(KEY) == null
                                        ? RequestOutcome.respond(new ImmediateResponse(
                                                401, HeaderMap.empty(), Buffer.buffer(), "authentication_failed"))
                                        : RequestOutcome.unchanged()));
    }

    @BeforeEach
    void beQuiet() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void stop() {
        log.setLevel(null);
        kernel.close();
    }

    private void start(String unknownRoute) {
        kernel.write("routes/a.yaml", file("a1", "a2") + """
                chains:
                  secured:
                    - policy: key
                """);
        kernel.write("routes/b.yaml", file("b1", "b2"));
        kernel.write("routes/c.yaml", """
                route_policies:
                  - route_name: c1
                    request_flow:
                      policy_chain:
                        - chain: secured
                  - route_name: c2
                    request_flow:
                      policy_chain:
                        - chain: secured
                """);
        kernel.write("routes/team-a/d.yaml", file("d1", "d2"));
        kernel.write("routes/team-a/v2/e.yaml", file("e1", "e2"));
        kernel.start("""
                open_routes: [ health ]
                max_lost_routes: 50
                limits: { max_exchanges: 1000 }
                workers:
                  - name: w
                unknown_route: %s
                trusted_hops: 0
                """.formatted(unknownRoute), file("f1", "f2"));
        for (String route : List.of("a1", "a2", "b1", "b2", "c1", "c2", "d1", "d2", "e1", "e2", "f1", "f2")) {
            envoys.put(route, kernel.envoy(KernelHarness.filter(route)));
        }
        if (unknownRoute.equals("deny")) {
            envoys.put("unknown", kernel.envoy(KernelHarness.filter("unknown")));
        }
    }

    private static String file(String first, String second) {
        return "route_policies:\n" + route(first) + route(second);
    }

    private static String route(String name) {
        return """
                  - route_name: %s
                    lint_ignore: []
                    request_flow:
                      policy_chain:
                        - policy: key
                """.formatted(name);
    }

    private boolean passes(String route, String... headers) {
        SimResult result = Await.result(Objects.requireNonNull(envoys.get(route))
                .exchange(SimRequest.get("/", headers), Upstream.replying(200)));
        return result.status() == 200;
    }

    /** Edits, reloads and asks; whatever became of the reload. */
    private void editAndAsk(List<Kind> kinds, Random random) throws Exception {
        ConfEdits edits = new ConfEdits(kernel.directory(), random);
        Map<Status, Integer> reloads = new EnumMap<>(Status.class);
        List<String> history = new ArrayList<>();
        List<String> passed = new ArrayList<>();
        int requests = 0;
        for (int edit = 1; edit <= COUNT; edit++) {
            history.add(edits.make(kinds.get(random.nextInt(kinds.size()))));
            if (random.nextInt(4) == 0) {
                continue;
            }
            reloads.merge(kernel.reload().status(), 1, Integer::sum);
            for (String route : envoys.keySet()) {
                requests++;
                if (passes(route)) {
                    passed.add(route + " after " + String.join(", ", history));
                }
            }
            assertThat(passed).as("seed %d", SEED).isEmpty();
            if (random.nextInt(3) == 0 || history.size() >= SPELL) {
                edits.mend();
                history.clear();
                assertThat(kernel.reload().status()).isNotEqualTo(Status.FAILURE);
                assertThat(passes("e2", KEY, "given")).isTrue();
            }
        }
        System.out.println("hostile edits: " + COUNT + " of " + kinds.size() + " kinds, seed " + SEED + ", reloads "
                + reloads + ", " + requests + " requests that were refused before, passed: " + passed.size());
        assertThat(reloads.getOrDefault(Status.FAILURE, 0)).isPositive();
    }

    @Test
    void passNothingThatWasRefusedWhateverHappensToTheFiles() throws Exception {
        start("deny");

        editAndAsk(Kind.effective(), new Random(SEED));
    }

    @Test
    void passNothingWhereUnknownRoutesPassAsLongAsTheNamesAreThere() throws Exception {
        start("continue");

        editAndAsk(Kind.effective().stream().filter(kind -> kind.keepsItsName).toList(), new Random(SEED));
    }
}

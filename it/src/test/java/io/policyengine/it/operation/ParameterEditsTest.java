package io.policyengine.it.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.engine.StandardEngine;
import io.policyengine.kernel.engine.KernelUnderTest;
import io.policyengine.kernel.generation.Origin;
import io.policyengine.kernel.reload.ReloadResult;
import io.policyengine.kernel.reload.ReloadResult.Status;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResponse;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Edits of one parameter of a running engine, right and wrong ones, with the policies of the project: no request of a
 * route that is served fails. {@code -Dparameter.edits=10000} makes more random edits, {@code -Dparameter.seed=N} others.
 */
class ParameterEditsTest extends StandardEngine {
    private static final int EDITS = Integer.getInteger("parameter.edits", 40);
    private static final long SEED = Long.getLong("parameter.seed", 1);
    private static final int ROUTES = 5;
    private static final String LIMIT = "requests_per_second: 1000000, burst: 1000000";
    private static final List<String> RIGHT = List.of(
            LIMIT,
            "requests_per_second: 1000000, burst: 900000",
            "requests_per_second: 900000, burst: 1000000",
            "requests_per_second: 1000000, burst: 1000000, key: client_ip");
    private static final List<String> WRONG = List.of(
            "request_per_second: 1000000, burst: 1000000",
            "requests_per_second: many, burst: 1000000",
            "requests_per_second: -1, burst: 1000000",
            "requests_per_second: 1000000, burst: [ 1 ]",
            "requests_per_second: 1000000, brust: 1000000",
            "requests_per_second: 1000000, burst: 1000000, key: 'request.'",
            "requests_per_second: 1000000, burst: 1000000, store: unheardOf");

    private final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
    private final AtomicBoolean isOver = new AtomicBoolean();

    private void start(String rule) {
        kernel("allow_open: true", "on_refused_route: " + rule);
        for (int route = 0; route < ROUTES; route++) {
            edit(route, LIMIT);
        }
        start();
    }

    private void edit(int route, String params) {
        routes("r" + route + ".yaml", """
                  - route_name: /r%d
                    request_flow: { policy_chain: [ { policy: rateLimit, params: { %s } } ] }
                """.formatted(route, params));
    }

    private ReloadResult reload() {
        return Await.result(engine.kernel().reloads().reload(Origin.FILES));
    }

    /** Sends one request after another until the test is over. */
    private void load(EnvoySim envoy, Promise<Void> over) {
        envoy.exchange(SimRequest.get("/"), Upstream.replying(200))
                .onFailure(over::tryFail)
                .onSuccess(result -> {
                    statuses.computeIfAbsent(result.status(), _ -> new LongAdder())
                            .increment();
                    if (isOver.get()) {
                        over.complete();
                    } else {
                        load(envoy, over);
                    }
                });
    }

    private List<Future<Void>> load() {
        List<Future<Void>> clients = new ArrayList<>();
        for (int route = 0; route < ROUTES; route++) {
            Promise<Void> over = Promise.promise();
            load(
                    engine.envoy(KernelUnderTest.filter("/r" + route)
                            .allowModeOverride(true)
                            .build()),
                    over);
            clients.add(over.future());
        }
        return clients;
    }

    @Test
    void aMistypedParameterIsNoOutage() {
        start("reject");

        edit(2, "request_per_second: 30, burst: 30");
        // The scan of the files may be the first to see it.
        Await.until(() -> reload().status() == Status.FAILURE);

        assertThat(engine.admin("/health/ready"))
                .startsWith("200")
                .contains("routes/r2.yaml:3:", "request_per_second", "requests of '/r2'");
        assertThat(engine.exchange("/r2", SimRequest.get("/"), SimResponse.of(200))
                        .status())
                .isEqualTo(200);
        assertThat(engine.metric("policy_kernel_config_last_reload_successful")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reject", "keep"})
    void randomEditsUnderLoadFailNoRequest(String rule) {
        start(rule);
        Random random = new Random(SEED);
        Set<Integer> wrong = new HashSet<>();
        List<Future<Void>> clients = load();

        for (int edit = 0; edit < EDITS; edit++) {
            boolean isCorrection = !wrong.isEmpty() && random.nextBoolean();
            int route = isCorrection ? wrong.iterator().next() : random.nextInt(ROUTES);
            boolean isRight = isCorrection || random.nextInt(3) == 0;
            List<String> choice = isRight ? RIGHT : WRONG;
            edit(route, choice.get(random.nextInt(choice.size())));
            if (isRight) {
                wrong.remove(route);
            } else {
                wrong.add(route);
            }
            ReloadResult result = reload();
            boolean isRejected = rule.equals("reject") && !wrong.isEmpty();
            // Seed, edit and files are in the message, since a failure must be repeatable.
            assertThat(result.status() == Status.FAILURE)
                    .as("seed %d, edit %d, wrong %s: %s", SEED, edit, wrong, result)
                    .isEqualTo(isRejected);
            assertThat(statuses.keySet()).as("seed %d, edit %d", SEED, edit).isSubsetOf(Set.of(200));
        }
        isOver.set(true);
        Await.result(Future.all(clients));

        assertThat(statuses.keySet()).containsExactly(200);
        System.out.println(
                "edits of a parameter: " + EDITS + ", seed " + SEED + ", " + rule + ", requests " + statuses);
    }
}

package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a decision of {@code rateLimit} on a real Redis costs, beside a plain SET by redis-benchmark with as many clients on the same server,
 * by turns. One event loop asks, over its one connection. Prints the table; what it requires is that each decision is one script.
 */
@Tag("nightly")
class DecisionCostTest {
    private static final int DECISIONS = Integer.getInteger("stores.decisions", 5_000);
    private static final int ROUNDS = Integer.getInteger("stores.rounds", 1);
    private static final int TENANTS = 64;
    private static final List<Integer> CLIENTS = List.of(1, 64);

    private final RedisServer server = RedisServer.start();
    private final StoreRig rig = new StoreRig("{ url: '" + server.url() + "', timeout_ms: 5000 }");
    private final Context loop = rig.vertx.getOrCreateContext();

    @AfterEach
    void close() {
        rig.close();
        server.close();
    }

    /** What a round of decisions, or of SETs, took: the times in ms, the processor time in µs for each. */
    private record Cost(double p50, double p99, double ofServer, double ofLoop) {
        /** The median of each. */
        static Cost of(List<Cost> rounds) {
            return new Cost(
                    median(rounds.stream().mapToDouble(Cost::p50)),
                    median(rounds.stream().mapToDouble(Cost::p99)),
                    median(rounds.stream().mapToDouble(Cost::ofServer)),
                    median(rounds.stream().mapToDouble(Cost::ofLoop)));
        }

        private static double median(DoubleStream values) {
            double[] sorted = values.sorted().toArray();
            return sorted[sorted.length / 2];
        }

        void print(String name, int clients) {
            String own = Double.isNaN(ofLoop) ? "" : String.format(Locale.ROOT, "%.1f", ofLoop);
            System.out.printf(
                    Locale.ROOT, "| %s | %d | %.2f | %.2f | %.1f | %s |%n", name, clients, p50, p99, ofServer, own);
        }
    }

    @Test
    void eachDecisionIsOneScript() {
        Policy one = LimitRig.rateLimit(rig, "limits:\n" + limit("minute"));
        Policy three = LimitRig.rateLimit(rig, "limits:\n" + limit("second") + limit("minute") + limit("hour"));
        List.of(one, three).forEach(policy -> decide(policy, 64));
        System.out.println(
                "\n| | at once | p50, ms | p99, ms | Redis, CPU µs | engine, CPU µs |\n|---|---|---|---|---|---|");

        for (int clients : CLIENTS) {
            Cost[][] rounds = new Cost[3][ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                rounds[0][round] = set(clients);
                rounds[1][round] = decide(one, clients);
                rounds[2][round] = decide(three, clients);
            }
            Cost.of(List.of(rounds[0])).print("`SET` by redis-benchmark", clients);
            Cost.of(List.of(rounds[1])).print("a decision by one limit", clients);
            Cost.of(List.of(rounds[2])).print("a decision by three limits", clients);
        }
    }

    private static String limit(String per) {
        return """
                - { requests: 1000000, per: %s, key: "header:x-client" }
                """.formatted(per);
    }

    private Cost decide(Policy policy, int clients) {
        long scripts = scripts();
        double server = serverSeconds();
        long before = loopNanos();
        Run run = new Run(policy);
        loop.runOnContext(_ -> IntStream.range(0, clients).forEach(_ -> run.next()));
        Await.result(run.over.future());
        double ofLoop = (loopNanos() - before) / 1e3 / DECISIONS;
        double ofServer = (serverSeconds() - server) * 1e6 / DECISIONS;
        assertThat(scripts() - scripts).isEqualTo(DECISIONS);
        Arrays.sort(run.nanos);
        return new Cost(run.nanos[DECISIONS / 2] / 1e6, run.nanos[DECISIONS * 99 / 100] / 1e6, ofServer, ofLoop);
    }

    /** Decisions, so many at a time. */
    private static final class Run {
        private final Policy policy;
        private final long[] nanos = new long[DECISIONS];
        private final Promise<Void> over = Promise.promise();
        private int asked;
        private int answered;

        Run(Policy policy) {
            this.policy = policy;
        }

        void next() {
            int decision = asked++;
            if (decision >= DECISIONS) {
                return;
            }
            long begun = System.nanoTime();
            Future<RequestOutcome> outcome =
                    policy.onRequest(LimitRig.request("tenant-" + decision % TENANTS, decision));
            outcome.onComplete((passed, failure) -> {
                nanos[decision] = System.nanoTime() - begun;
                if (failure != null || !(passed instanceof RequestOutcome.Proceed)) {
                    over.tryFail(new AssertionError("it does not pass: " + passed, failure));
                } else if (++answered == DECISIONS) {
                    over.complete();
                } else {
                    next();
                }
            });
        }
    }

    private Cost set(int clients) {
        double before = serverSeconds();
        List<String> lines = server.benchmark(
                        "-c",
                        Integer.toString(clients),
                        "-n",
                        Integer.toString(DECISIONS),
                        "-t",
                        "set",
                        "-r",
                        "64",
                        "--csv")
                .lines()
                .toList();
        double ofServer = (serverSeconds() - before) * 1e6 / DECISIONS;
        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        List<String> values = List.of(lines.getLast().replace("\"", "").split(",", -1));
        assertThat(values.getFirst()).as(lines.toString()).isEqualTo("SET");
        return new Cost(Double.parseDouble(values.get(4)), Double.parseDouble(values.get(6)), ofServer, Double.NaN);
    }

    private long scripts() {
        return server.calls("evalsha");
    }

    private double serverSeconds() {
        return Double.parseDouble(server.info("used_cpu_user")) + Double.parseDouble(server.info("used_cpu_sys"));
    }

    private long loopNanos() {
        Promise<Long> nanos = Promise.promise();
        loop.runOnContext(
                _ -> nanos.complete(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()));
        return Await.result(nanos.future());
    }
}

package io.policyengine.kernel.worker.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.policyengine.core.config.Priority;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.time.Ticker;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerException.Kind;
import io.policyengine.core.worker.WorkerLink;
import io.policyengine.kernel.overload.CallKind;
import io.policyengine.kernel.recorder.ExchangeRecords;
import io.policyengine.kernel.worker.Affinity;
import io.policyengine.kernel.worker.CallLimits;
import io.policyengine.kernel.worker.Replica;
import io.policyengine.kernel.worker.Worker;
import io.policyengine.kernel.worker.WorkerChain;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SPEC "Workers": affinity is consistent, and without it the least busy replica is called. */
class AffinityTest {
    private static final int KEYS = 30_000;

    private final Vertx vertx = Vertx.vertx();
    private final WorkerCalls calls = new WorkerCalls(vertx, Ticker.SYSTEM, RandomGenerator.getDefault(), () -> 1);
    private final List<Replica> replicas =
            List.of(replica(0, "/run/a.sock"), replica(1, "/run/b.sock"), replica(2, "/run/c.sock"));

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void spreadsKeysEvenlyOverTheReplicas() {
        Map<Replica, Integer> shares = new HashMap<>();

        placements(worker("header:x-tenant", replicas)).values().forEach(it -> shares.merge(it, 1, Integer::sum));

        assertThat(shares).containsOnlyKeys(replicas);
        assertThat(shares.values()).allSatisfy(share -> assertThat(share).isCloseTo(KEYS / 3, withinPercentage(5)));
    }

    @Test
    void theLossOfAReplicaMovesItsKeysAlone() {
        Map<String, Replica> before = placements(worker("header:x-tenant", replicas));
        Replica lost = replicas.get(1);

        Map<String, Replica> after = placements(worker("header:x-tenant", List.of(replicas.get(2), replicas.get(0))));

        Set<Replica> heirs = new HashSet<>();
        before.forEach((key, replica) -> {
            if (replica.equals(lost)) {
                heirs.add(after.get(key));
            } else {
                assertThat(after.get(key)).as(key).isEqualTo(replica);
            }
        });
        assertThat(heirs).containsExactlyInAnyOrder(replicas.get(0), replicas.get(2));
    }

    @Test
    void aClientsAddressDecidesWhateverItAsksFor() {
        Worker worker = worker("client_ip", replicas);

        Set<Replica> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            seen.add(call(worker, request("192.0.2.7", "x-tenant", "t" + i)));
        }

        assertThat(seen).hasSize(1);
    }

    @Test
    void theLeastBusyIsCalledWhereThereIsNoKey() {
        Worker worker = worker("header:x-tenant", replicas);
        RequestView request = request("192.0.2.7");

        List<Replica> called = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            called.add(call(
                    worker,
                    exchange(request, false),
                    _ -> Promise.<Integer>promise().future()));
        }

        assertThat(called).containsExactlyInAnyOrderElementsOf(replicas);
    }

    @Test
    void aCallThatDidNotBeginIsTriedDownTheKeysOrder() {
        Worker worker = worker("header:x-tenant", replicas);
        RequestView request = request("192.0.2.7", "x-tenant", "acme");
        List<Replica> order = replicas.stream()
                .sorted((one, other) -> Long.compare(other.score("acme"), one.score("acme")))
                .toList();

        List<Replica> tried = new ArrayList<>();
        calls.<Integer>call(
                new WorkerChain(worker, 1), exchange(request, false), CallKind.REQUEST, someCall(), link -> {
                    tried.add(((NamedLink) link).replica(replicas));
                    return Future.failedFuture(new WorkerException(Kind.UNREACHABLE, "it is away"));
                });

        assertThat(tried).startsWith(order.toArray(Replica[]::new));
    }

    @Test
    void anExchangeStaysWithItsReplicaWhereItHasTo() {
        Worker worker = worker("none", replicas);
        ExchangeReplicas kept = exchange(request("192.0.2.7"), true);
        ExchangeReplicas free = exchange(request("192.0.2.7"), false);

        List<Replica> first = new ArrayList<>();
        List<Replica> second = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            first.add(call(worker, kept, _ -> Promise.<Integer>promise().future()));
            second.add(call(worker, free, _ -> Promise.<Integer>promise().future()));
        }

        assertThat(Set.copyOf(first)).hasSize(1);
        assertThat(Set.copyOf(second)).hasSizeGreaterThan(1);
    }

    @Test
    void anExchangeGoesOnElsewhereWhenItsReplicaIsLost() {
        Worker worker = worker("none", replicas);
        ExchangeReplicas kept = exchange(request("192.0.2.7"), true);
        Replica first = call(worker, kept, _ -> Future.succeededFuture(1));

        worker.publish(replicas.stream().filter(it -> !it.equals(first)).toList());
        Replica second = call(worker, kept, _ -> Future.succeededFuture(1));
        worker.publish(replicas);

        assertThat(second).isNotEqualTo(first);
        assertThat(call(worker, kept, _ -> Future.succeededFuture(1))).isEqualTo(second);
    }

    @Test
    void aReplicaThatIsGoneIsToldNoEndInThePlaceOfItsSuccessor() {
        Worker worker = worker("none", List.of(replicas.getFirst()));
        ExchangeReplicas exchange = exchange(request("192.0.2.7"), true);
        call(worker, exchange, _ -> Future.succeededFuture(1));
        Replica successor = replica(0, "/run/d.sock");
        worker.publish(List.of(successor));
        List<WorkerLink> called = new ArrayList<>();
        calls.call(
                new WorkerChain(worker, 1),
                exchange(request("192.0.2.7"), false),
                CallKind.REQUEST,
                someCall(),
                link -> Future.succeededFuture(called.add(link)));

        exchange.ended(new ExchangeEnd(1, 0, true, null), calls);

        assertThat(called).containsExactly((NamedLink) successor.connector());
    }

    private Map<String, Replica> placements(Worker worker) {
        Map<String, Replica> placements = new HashMap<>();
        for (int i = 0; i < KEYS; i++) {
            String key = "tenant-" + i;
            placements.put(key, call(worker, request("192.0.2.7", "x-tenant", key)));
        }
        return placements;
    }

    private Replica call(Worker worker, RequestView request) {
        return call(worker, exchange(request, false), _ -> Future.succeededFuture(1));
    }

    private Replica call(Worker worker, ExchangeReplicas exchange, Function<WorkerLink, Future<Integer>> invocation) {
        List<Replica> called = new ArrayList<>();
        calls.call(new WorkerChain(worker, 1), exchange, CallKind.REQUEST, someCall(), link -> {
            called.add(((NamedLink) link).replica(replicas));
            return invocation.apply(link);
        });
        return called.getFirst();
    }

    private static Call someCall() {
        long deadline = Ticker.SYSTEM.nanoTime() + Duration.ofSeconds(30).toNanos();
        return new Call("r", 1, deadline, new Cancellation());
    }

    private static ExchangeReplicas exchange(RequestView request, boolean kept) {
        return new ExchangeReplicas(
                new OriginalRequest(request), "r", Priority.NORMAL, kept, new ExchangeRecords(List.of()).none());
    }

    private static RequestView request(String client, String... headers) {
        return new RequestView(
                "GET", "https", "example.com", "/", HeaderMap.of(headers), client, Map.of(), null, false);
    }

    private static Worker worker(String affinity, List<Replica> replicas) {
        Worker worker = new Worker(
                "w",
                Duration.ofSeconds(1),
                new CallLimits(1000, true),
                3,
                Duration.ZERO,
                false,
                Affinity.of(affinity),
                _ -> {});
        worker.publish(replicas);
        return worker;
    }

    private static Replica replica(int index, String address) {
        return new Replica(index, new NamedLink(address));
    }
}

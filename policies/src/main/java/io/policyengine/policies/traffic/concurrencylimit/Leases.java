package io.policyengine.policies.traffic.concurrencylimit;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Store;
import io.policyengine.core.work.StoppedException;
import io.policyengine.policies.traffic.concurrencylimit.lease.RenewLeases;
import io.policyengine.policies.traffic.concurrencylimit.lease.ReturnLease;
import io.policyengine.policies.traffic.concurrencylimit.lease.TakeLease;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The permits of this process in a shared store: one lease for each running exchange. Each lease is renewed three times
 * in its lifetime; one store operation renews at most {@value #AT_ONCE} leases. The leases of a crashed process expire.
 * Thread-safe.
 */
final class Leases {
    private static final int AT_ONCE = 500;
    private static final int RENEWALS = 3;

    private final Store store;
    private final Duration lease;
    private final PolicyEnvironment env;
    private final ConcurrentHashMap<Long, Lease> held = new ConcurrentHashMap<>();
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile boolean closed;

    private record Lease(long exchange, String key, String id) {}

    Leases(Store store, Duration lease, PolicyEnvironment env) {
        this.store = store;
        this.lease = lease;
        this.env = env;
    }

    /**
     * Takes a lease for a running exchange; the result is the number of leases of the key, or 0 if the maximum is
     * reached.
     */
    Future<Integer> take(Call call, String key, int max) {
        Lease mine = new Lease(call.exchangeId(), key, env.newId());
        return store.run(call, new TakeLease(key, mine.id(), max, lease))
                .compose(out -> out == 0 ? Future.succeededFuture(0) : hold(call, mine, out), failure -> {
                    // A failed operation may still have taken effect.
                    giveBack(mine);
                    return Future.failedFuture(failure);
                });
    }

    /** Holds a lease until its exchange ends. If the exchange has already ended, the lease is released at once. */
    private Future<Integer> hold(Call call, Lease mine, int out) {
        if (call.cancellation().isCancelled()) {
            giveBack(mine);
            return Future.failedFuture(new StoppedException());
        }
        Lease before = held.put(call.exchangeId(), mine);
        if (before != null) {
            giveBack(before);
        }
        renewLater();
        return Future.succeededFuture(out);
    }

    /** Releases the lease of the exchange, if it has one. */
    void giveBack(long exchange) {
        Lease mine = held.remove(exchange);
        if (mine != null) {
            giveBack(mine);
        }
    }

    private void giveBack(Lease mine) {
        store.run(new ReturnLease(mine.key(), mine.id(), lease));
    }

    private void renewLater() {
        if (!closed && renewing.compareAndSet(false, true)) {
            env.after(lease.dividedBy(RENEWALS)).onComplete(_ -> {
                renewing.set(false);
                if (!closed && !held.isEmpty()) {
                    renewLater();
                    renew();
                }
            });
        }
    }

    private void renew() {
        Map<String, List<Lease>> byKey = new HashMap<>();
        held.values()
                .forEach(mine -> byKey.computeIfAbsent(mine.key(), _ -> new ArrayList<>())
                        .add(mine));
        byKey.forEach((key, all) -> {
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                renew(key, all.subList(from, Math.min(all.size(), from + AT_ONCE)));
            }
        });
    }

    private void renew(String key, List<Lease> some) {
        List<String> ids = some.stream().map(Lease::id).toList();
        store.run(new RenewLeases(key, ids, lease)).onComplete(_ -> some.forEach(this::giveBackIfOver));
    }

    /** Releases a lease again if its exchange has ended: a running renewal may have restored it in the store. */
    private void giveBackIfOver(Lease mine) {
        if (!mine.equals(held.get(mine.exchange()))) {
            giveBack(mine);
        }
    }

    void close() {
        closed = true;
    }

    int size() {
        return held.size();
    }
}

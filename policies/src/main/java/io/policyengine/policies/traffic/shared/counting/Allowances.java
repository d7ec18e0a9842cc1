package io.policyengine.policies.traffic.shared.counting;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Counts a client's first request of an interval in the store, and then the further requests locally, within an
 * allowance. The allowance is the rest of the limit according to the store, divided by the number of instances. Local
 * use is reported at the end of the interval, or with the first request that exceeds the allowance.
 *
 * <p>At most {@value #MAX} clients have an allowance. The allowances of all entries of the policy together take at most
 * {@value #MAX_BYTES} bytes of the part of the heap that is reserved for state. Requests of further clients are counted
 * in the store. A client without requests in an interval is removed. At most {@value #AT_ONCE} reports run at the same
 * time. Unreported use is lost if the store fails. When the counter is closed, it reports the remaining use.
 */
final class Allowances implements LimitCounter {
    /** Maximum number of clients with a local allowance. Each request of further clients is counted in the store. */
    static final int MAX = 10_000;

    /** Maximum heap of the local allowances of all entries of a policy together, in bytes. */
    static final int MAX_BYTES = 16 << 20;

    /** Maximum number of updates that are sent to the store at the same time. */
    private static final int AT_ONCE = 64;

    private final Limits limits;
    private final Store store;
    private final PolicyEnvironment environment;
    private final Duration interval;
    private final int instances;
    private final Capacity bytes;
    private final ConcurrentHashMap<String, ClientAllowance> accounts = new ConcurrentHashMap<>();
    private final AtomicBoolean isScheduled = new AtomicBoolean();
    private volatile boolean isClosed;

    Allowances(Limits limits, Store store, PolicyEnvironment environment, Duration interval, int instances) {
        this.limits = limits;
        this.store = store;
        this.environment = environment;
        this.interval = interval;
        this.instances = instances;
        this.bytes = environment.capacity("allowances", MAX_BYTES);
    }

    @Override
    public Future<Tally> count(Call call, LimitedRequest limitedRequest) {
        String key = limitedRequest.keys.length == 1 ? limitedRequest.keys[0] : joined(limitedRequest.keys);
        ClientAllowance account = account(key, limitedRequest);
        if (account == null) {
            return store.run(call, charge(limitedRequest, CountingStep.NOTHING));
        }
        Tally tally = account.take(limitedRequest, ticks());
        if (tally != null) {
            return Future.succeededFuture(tally);
        }
        long[] owed = account.ask(limitedRequest);
        // Owed use must not be lost if the client abandons the request.
        Future<Tally> counted = owed.length == 0
                ? store.run(call, charge(limitedRequest, owed))
                : store.run(charge(limitedRequest, owed));
        return counted.onSuccess(fresh -> account.update(fresh, limitedRequest, owed, ticks()))
                .onFailure(failure -> {
                    if (failure instanceof StoreException known && known.kind() == StoreException.Kind.CANCELLED) {
                        account.giveUp(limitedRequest);
                    } else {
                        remove(key, account);
                    }
                });
    }

    /** Returns the allowance of a client, and creates it if necessary; null if no further allowance is permitted. */
    private @Nullable ClientAllowance account(String key, LimitedRequest limitedRequest) {
        ClientAllowance account = accounts.get(key);
        if (account != null || isClosed || accounts.size() >= MAX) {
            return account;
        }
        ClientAllowance opened = accounts.computeIfAbsent(key, _ -> open(limitedRequest));
        if (opened == null) {
            return null;
        }
        if (isClosed) {
            remove(key, opened);
            return null;
        }
        schedule();
        return opened;
    }

    private @Nullable ClientAllowance open(LimitedRequest limitedRequest) {
        return bytes.tryTake(ClientAllowance.bytes(limits, limitedRequest))
                ? new ClientAllowance(limits, instances, limitedRequest)
                : null;
    }

    private void remove(String key, ClientAllowance account) {
        if (accounts.remove(key, account)) {
            bytes.give(ClientAllowance.bytes(limits, account.client()));
        }
    }

    @Override
    public Future<Tally> look(LimitedRequest limitedRequest) {
        return store.run(charge(limitedRequest, CountingStep.NOTHING));
    }

    /** Joins keys to one text. Each is preceded by its length, since a key may contain any separator. */
    private static String joined(String[] keys) {
        StringBuilder text = new StringBuilder();
        for (String key : keys) {
            text.append(key.length()).append(':').append(key);
        }
        return text.toString();
    }

    private Charge charge(LimitedRequest limitedRequest, long[] owed) {
        return new Charge(limits, limitedRequest, owed, environment.clock().millis() * 1000);
    }

    private long ticks() {
        return TimeUnit.NANOSECONDS.toMicros(environment.ticker().nanoTime());
    }

    private void schedule() {
        if (!isClosed && isScheduled.compareAndSet(false, true)) {
            environment.after(interval).onComplete(_ -> {
                isScheduled.set(false);
                settle();
            });
        }
    }

    private void settle() {
        List<Debt> debts = new ArrayList<>();
        accounts.forEach((key, account) -> {
            long[] owed = account.ask(account.client());
            if (owed.length > 0) {
                debts.add(new Debt(key, account, owed));
            } else if (account.close()) {
                remove(key, account);
            }
        });
        settle(debts.iterator());
    }

    private void settle(Iterator<Debt> debts) {
        List<Future<Tally>> told = new ArrayList<>(AT_ONCE);
        while (debts.hasNext() && told.size() < AT_ONCE) {
            told.add(tell(debts.next()));
        }
        if (!told.isEmpty()) {
            Future.join(told).onComplete(_ -> settle(debts));
        } else if (!accounts.isEmpty()) {
            schedule();
        }
    }

    private Future<Tally> tell(Debt debt) {
        ClientAllowance account = debt.account;
        return store.run(charge(account.client(), debt.owed))
                .onSuccess(tally -> account.update(tally, account.client(), debt.owed, ticks()))
                .onFailure(_ -> remove(debt.key, account));
    }

    @Override
    public void close() {
        isClosed = true;
        settle();
        accounts.forEach(this::remove);
    }

    /** The use of a client that has not yet been reported to the store. */
    private static final class Debt {
        final String key;
        final ClientAllowance account;
        final long[] owed;

        Debt(String key, ClientAllowance account, long[] owed) {
            this.key = key;
            this.account = account;
            this.owed = owed;
        }
    }
}

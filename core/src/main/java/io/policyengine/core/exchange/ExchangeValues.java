package io.policyengine.core.exchange;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.PerExchange;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values that a policy's entries keep for running exchanges, by exchange. A value occupies part of a {@link
 * Capacity} until it ends. {@link #close} ends all remaining values. Thread-safe.
 * @param <T> a value
 */
public final class ExchangeValues<T> implements AutoCloseable {
    private final ConcurrentHashMap<Long, Kept<T>> byExchange = new ConcurrentHashMap<>();
    private final Capacity capacity;
    private final Count count;

    /**
     * The counters of one kind of values in a process, over all entries.
     * @param kept the number of values that are kept now
     * @param refused the number of values refused because the capacity did not suffice
     */
    public record Count(LongAdder kept, LongAdder refused) {
        public Count() {
            this(new LongAdder(), new LongAdder());
        }
    }

    /**
     * Creates an empty map of values.
     * @param capacity the capacity that values occupy; may be shared
     */
    public ExchangeValues(Capacity capacity, Count count) {
        this.capacity = capacity;
        this.count = count;
    }

    private record Kept<T>(String requestId, T value, long size, PerExchange.Rules<T> rules) {
        boolean isOf(Call call) {
            return requestId.equals(call.requestId());
        }
    }

    /** Returns an entry's view of the values. The given rules apply to each value that is put through this view. */
    public PerExchange<T> by(PerExchange.Rules<T> rules) {
        return new OfEntry(rules);
    }

    /** Ends the value of an exchange, if present. */
    public void ended(ExchangeEnd end) {
        Kept<T> kept = byExchange.remove(end.exchangeId());
        if (kept != null) {
            end(kept, end);
        }
    }

    public int size() {
        return byExchange.size();
    }

    /** Ends all remaining values. */
    @Override
    public void close() {
        for (Long exchange : List.copyOf(byExchange.keySet())) {
            Kept<T> kept = byExchange.remove(exchange);
            if (kept != null) {
                end(kept, null);
            }
        }
    }

    private void end(Kept<T> kept, @Nullable ExchangeEnd end) {
        gone(kept);
        kept.rules().ended(kept.value(), end);
    }

    private void gone(Kept<T> kept) {
        capacity.give(kept.size());
        count.kept().decrement();
    }

    /**
     * Reserves capacity for a value, or for the smaller value that the rules offer in its place.
     * @param before the capacity that the replaced value occupies, which is used first
     * @return null if the capacity does not suffice and there is no smaller value; the capacity is then unchanged
     */
    private @Nullable Kept<T> counted(Call call, T value, PerExchange.Rules<T> rules, long before) {
        long size = rules.size(value);
        if (size <= before) {
            capacity.give(before - size);
            return new Kept<>(call.requestId(), value, size, rules);
        }
        if (capacity.tryTake(size - before)) {
            return new Kept<>(call.requestId(), value, size, rules);
        }
        count.refused().increment();
        T smaller = rules.smaller(value);
        if (smaller == null) {
            return null;
        }
        long less = rules.size(smaller);
        capacity.take(less - before);
        return new Kept<>(call.requestId(), smaller, less, rules);
    }

    private final class OfEntry implements PerExchange<T> {
        private final Rules<T> rules;

        OfEntry(Rules<T> rules) {
            this.rules = rules;
        }

        @Override
        public boolean put(Call call, T value) {
            Kept<T> kept = call.cancellation().isCancelled() ? null : counted(call, value, rules, 0);
            if (kept == null) {
                return false;
            }
            count.kept().increment();
            Kept<T> other = byExchange.putIfAbsent(call.exchangeId(), kept);
            if (other != null) {
                gone(kept);
                if (byExchange.remove(call.exchangeId(), other)) {
                    end(other, null);
                }
                return false;
            }
            // The end may have been reported before the value was stored; the call was cancelled before that.
            if (call.cancellation().isCancelled() && byExchange.remove(call.exchangeId(), kept)) {
                gone(kept);
                return false;
            }
            return true;
        }

        @Override
        public boolean change(Call call, UnaryOperator<T> change) {
            Kept<T> after = byExchange.computeIfPresent(call.exchangeId(), (_, there) -> {
                if (!there.isOf(call)) {
                    return there;
                }
                Kept<T> changed = counted(call, change.apply(there.value()), there.rules(), there.size());
                return changed == null ? there : changed;
            });
            return after != null && after.isOf(call);
        }

        @Override
        public @Nullable T get(Call call) {
            Kept<T> kept = byExchange.get(call.exchangeId());
            return kept != null && kept.isOf(call) ? kept.value() : null;
        }

        @Override
        public @Nullable T take(Call call) {
            Kept<T> kept = byExchange.get(call.exchangeId());
            if (kept == null || !kept.isOf(call)) {
                return null;
            }
            // A value that was changed meanwhile may be taken too.
            Kept<T> taken = byExchange.remove(call.exchangeId());
            if (taken == null) {
                return null;
            }
            gone(taken);
            return taken.value();
        }

        @Override
        public int size() {
            return byExchange.size();
        }
    }
}

package io.policyengine.core.policy;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values that a policy keeps for open exchanges, at most one per exchange; see {@link
 * PolicyEnvironment#perExchange}. The policy may take a value. Otherwise {@link Rules#ended} receives it when its
 * exchange ends, another kernel reuses the id of its exchange, or no entry uses the values any more. A call never sees
 * a value of another exchange. Thread-safe.
 *
 * @param <T> a value, which is not shared between exchanges
 */
public interface PerExchange<T> {
    /** Default maximum number of values of one kind that a process keeps for open exchanges. */
    int MAX_VALUES = 100_000;

    /**
     * Determines the size of a policy's values, and receives the values that end.
     *
     * @param <T> a value
     */
    @FunctionalInterface
    interface Rules<T> {
        /**
         * Receives a value that ended without being taken by the policy. Called once, on any thread; must not block.
         *
         * @param end the end of the value's exchange; null if unknown, because another kernel has reused the id or the
         *     values are no longer in use
         */
        void ended(T value, @Nullable ExchangeEnd end);

        /**
         * Returns the amount of the capacity that a value occupies: its bytes, or 1 for a slot. Constant for each
         * value.
         */
        default long size(T value) {
            return 1;
        }

        /**
         * Returns a smaller value to keep in place of one for which the capacity does not suffice; null to keep
         * nothing. The smaller value is kept even without free capacity.
         */
        default @Nullable T smaller(T value) {
            return null;
        }
    }

    /**
     * Keeps a value until the exchange of the call ends.
     *
     * @return false if the value is not kept: the capacity does not suffice, the call is cancelled, or a value with the
     *     same exchange id exists. In the last case the existing value also ends: it may belong to another kernel's
     *     exchange, so an end of that id would be ambiguous
     */
    boolean put(Call call, T value);

    /**
     * Replaces the value of the call's exchange atomically. If the capacity does not suffice for the new value, the old
     * value or the {@linkplain Rules#smaller smaller} one is kept.
     *
     * @return false if the exchange has no value
     */
    boolean change(Call call, UnaryOperator<T> change);

    /** The value of the call's exchange, or null. */
    @Nullable
    T get(Call call);

    /** Removes and returns the value of the call's exchange, or null; {@link Rules#ended} is not called for it. */
    @Nullable
    T take(Call call);

    int size();
}

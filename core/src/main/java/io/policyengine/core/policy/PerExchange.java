package io.policyengine.core.policy;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values that a policy keeps for open exchanges, at most one each; see {@link PolicyEnvironment#perExchange}. A
 * value ends once: the policy takes it, it is replaced, or its exchange ends, which {@link Rules#ended} reports. A call
 * never sees a value of another exchange. Thread-safe.
 *
 * @param <T> a value, which is not shared between exchanges
 */
public interface PerExchange<T> {
    /** Default limit of values of one kind in a process. */
    int MAX_VALUES = 100_000;

    /**
     * The size and the end of a policy's values.
     *
     * @param <T> a value
     */
    @FunctionalInterface
    interface Rules<T> {
        /**
         * Ends a value that the policy has not taken. Called once, on any thread; must not block.
         *
         * @param end of its exchange; null if unknown: another kernel has reused the id, or the values are out of use
         */
        void ended(T value, @Nullable ExchangeEnd end);

        /** Returns the share of the capacity that a value takes: bytes, or one slot. Constant per value. */
        default long size(T value) {
            return 1;
        }

        /** Returns a value to keep, regardless of capacity, in place of one that finds none; null to keep nothing. */
        default @Nullable T smaller(T value) {
            return null;
        }
    }

    /**
     * Keeps a value until the exchange of the call ends.
     *
     * @return false if it is not kept: there is no capacity, the call is cancelled, or the exchange id has a value.
     *     That value then ends too, since it may be another kernel's and the end of the id would be ambiguous.
     */
    boolean put(Call call, T value);

    /**
     * Replaces the value of the call's exchange atomically. If there is no capacity for the new one, the old one stays,
     * or the {@linkplain Rules#smaller smaller} one is kept.
     *
     * @return false if there is no value
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

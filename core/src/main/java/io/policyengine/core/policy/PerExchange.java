package io.policyengine.core.policy;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values that a policy keeps for exchanges under way, at most one for each; see {@link PolicyEnvironment#perExchange}. A value ends
 * once: the policy takes it, or it is replaced, or its exchange ends, which {@link Rules#ended} reports. Nothing of one exchange is ever
 * given to a call of another. Thread-safe.
 *
 * @param <T> a value, which is not shared between exchanges
 */
public interface PerExchange<T> {
    /** The most values of one kind that a process keeps where the policy sets no other bound. */
    int MAX_VALUES = 100_000;

    /**
     * The bound and the end of the values of a policy.
     *
     * @param <T> a value
     */
    @FunctionalInterface
    interface Rules<T> {
        /**
         * Ends a value that the policy has not taken, once, on any thread. Does not block.
         *
         * @param end of its exchange; null if that is not known, since another kernel has used the id, or nothing uses the values any more
         */
        void ended(T value, @Nullable ExchangeEnd end);

        /** The part of the capacity that a value takes while it is kept: bytes, or one place. The same for the same value. */
        default long size(T value) {
            return 1;
        }

        /** The value that is kept, whether there is capacity for it or not, in place of one that finds none; null: nothing is kept. */
        default @Nullable T smaller(T value) {
            return null;
        }
    }

    /**
     * Keeps a value until the exchange of the call ends.
     *
     * @return false if it is not kept: there is no capacity, nobody waits for the call any more, or there is a value of this id already.
     *     That one ends then, too, since it may be another kernel's: the end of the id would be of either.
     */
    boolean put(Call call, T value);

    /**
     * Replaces the value of the call's exchange, in one step. Where there is no capacity for the new one, the old one stays, or the
     * {@linkplain Rules#smaller smaller} one is kept.
     *
     * @return false if there is none
     */
    boolean change(Call call, UnaryOperator<T> change);

    /** The value of the call's exchange; null if there is none. */
    @Nullable
    T get(Call call);

    /** Takes the value of the call's exchange, which does not end then; null if there is none. */
    @Nullable
    T take(Call call);

    /** The number of values that are kept. */
    int size();
}

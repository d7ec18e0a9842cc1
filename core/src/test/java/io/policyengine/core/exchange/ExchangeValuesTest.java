package io.policyengine.core.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.PerExchange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExchangeValuesTest {
    private final Capacity capacity = new Capacity(10);
    private final ExchangeValues.Count count = new ExchangeValues.Count();
    private final ExchangeValues<String> values = new ExchangeValues<>(capacity, count);
    private final List<String> ends = new ArrayList<>();
    private final PerExchange<String> kept = values.by(rules("end of "));

    /** A value takes its length; one that finds no capacity is cut to one character if it begins with an exclamation mark. */
    private PerExchange.Rules<String> rules(String mark) {
        return new PerExchange.Rules<>() {
            @Override
            public void ended(String value, @Nullable ExchangeEnd end) {
                ends.add(mark + value + (end == null ? " unknown" : " " + end.status()));
            }

            @Override
            public long size(String value) {
                return value.length();
            }

            @Override
            public @Nullable String smaller(String value) {
                return value.startsWith("!") ? "!" : null;
            }
        };
    }

    private static Call call(long exchange) {
        return call(exchange, "request-" + exchange);
    }

    private static Call call(long exchange, String requestId) {
        return new Call(requestId, exchange, Long.MAX_VALUE, new Cancellation());
    }

    private void end(long exchange) {
        values.ended(new ExchangeEnd(exchange, 200, false, null));
    }

    private void nothingIsLeft() {
        assertThat(values.size()).isZero();
        assertThat(capacity.taken()).isZero();
        assertThat(count.kept().sum()).isZero();
    }

    @Test
    void aValueEndsOnceWithItsExchange() {
        assertThat(kept.put(call(1), "a")).isTrue();
        assertThat(kept.put(call(2), "b")).isTrue();
        assertThat(kept.get(call(1))).isEqualTo("a");
        assertThat(count.kept().sum()).isEqualTo(2);

        end(1);
        end(1);
        end(3);

        assertThat(ends).containsExactly("end of a 200");
        assertThat(kept.get(call(1))).isNull();
        assertThat(kept.size()).isOne();
    }

    @Test
    void oneThatIsTakenDoesNotEnd() {
        kept.put(call(1), "a");

        assertThat(kept.take(call(1))).isEqualTo("a");
        assertThat(kept.take(call(1))).isNull();
        end(1);

        assertThat(ends).isEmpty();
        nothingIsLeft();
    }

    @Test
    void aValueOfAnotherExchangeIsNeverGiven() {
        kept.put(call(1, "one"), "a");
        Call other = call(1, "other");

        assertThat(kept.get(other)).isNull();
        assertThat(kept.take(other)).isNull();
        assertThat(kept.change(other, value -> "b")).isFalse();
        assertThat(kept.get(call(1, "one"))).isEqualTo("a");
    }

    @Test
    void ofTwoExchangesWithOneIdNeitherIsKept() {
        kept.put(call(1, "one"), "a");

        assertThat(kept.put(call(1, "other"), "b")).isFalse();

        assertThat(ends).containsExactly("end of a unknown");
        nothingIsLeft();
    }

    @Test
    void nothingIsKeptForACallThatNobodyWaitsFor() {
        Call call = call(1);
        call.cancellation().cancel();

        assertThat(kept.put(call, "a")).isFalse();

        nothingIsLeft();
    }

    @Test
    void valuesTakeOfTheCapacityWhatTheyAreLongAndOneWithoutCapacityIsNotKept() {
        assertThat(kept.put(call(1), "123456")).isTrue();
        assertThat(kept.put(call(2), "12345")).isFalse();
        assertThat(count.refused().sum()).isOne();
        assertThat(kept.change(call(1), value -> value + "78901")).isTrue();
        assertThat(kept.get(call(1))).as("the old one").isEqualTo("123456");

        assertThat(kept.change(call(1), value -> "12")).isTrue();
        assertThat(capacity.taken()).isEqualTo(2);
        assertThat(kept.put(call(2), "12345678")).isTrue();
        end(1);
        end(2);

        nothingIsLeft();
    }

    @Test
    void aSmallerOneIsKeptInPlaceOfOneWithoutCapacityWhetherThereIsCapacityOrNot() {
        kept.put(call(1), "1234567890");

        assertThat(kept.put(call(2), "!2345")).isTrue();
        assertThat(kept.get(call(2))).isEqualTo("!");
        assertThat(kept.change(call(2), value -> value + "2345")).isTrue();
        assertThat(kept.get(call(2))).isEqualTo("!");
        assertThat(capacity.taken()).isEqualTo(11);
        end(1);
        end(2);

        nothingIsLeft();
    }

    @Test
    void aValueEndsByTheRulesOfTheEntryThatKeptIt() {
        kept.put(call(1), "a");
        PerExchange<String> other = values.by(rules("other "));
        other.put(call(2), "b");
        assertThat(other.get(call(1))).as("both entries see it").isEqualTo("a");

        end(1);
        end(2);

        assertThat(ends).containsExactly("end of a 200", "other b 200");
    }

    @Test
    void whatIsLeftWhenNothingUsesThemAnyMoreEnds() {
        kept.put(call(1), "a");

        values.close();
        values.close();

        assertThat(ends).containsExactly("end of a unknown");
        nothingIsLeft();
    }
}

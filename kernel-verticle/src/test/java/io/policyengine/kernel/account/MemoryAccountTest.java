package io.policyengine.kernel.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.config.Priority;
import io.policyengine.testkit.time.Await;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryAccountTest {
    private static final int CAPACITY = 1 << 20;

    private final FakeTicker ticker = new FakeTicker();
    private final MemoryAccount account = new MemoryAccount(CAPACITY, ticker, () -> 7, () -> 8);
    private final Shares shares = new Shares();
    private final List<String> shed = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();

    @AfterEach
    void stop() {
        Await.result(vertx.close());
    }

    private ExchangeAccount exchange(String name) {
        return new ExchangeAccount(account, context, (bytes, idle) -> shed.add(name + " " + bytes + " " + idle));
    }

    private ExchangeAccount holding(String name, int bytes) {
        ExchangeAccount exchange = exchange(name);
        Objects.requireNonNull(exchange.hold(Holder.MESSAGES, bytes));
        return exchange;
    }

    /** Those that were ended, once what was asked of the event loop is done. */
    private List<String> shed() {
        Await.result(Future.<Void>future(done -> context.runOnContext(_ -> done.complete())));
        return shed;
    }

    private void pass(Duration time) {
        ticker.advance(time);
    }

    @Test
    void tellsByHolderWhatIsHeldAndGivesItBackOnce() {
        ExchangeAccount exchange = exchange("one");
        MemoryReservation message = Objects.requireNonNull(exchange.hold(Holder.MESSAGES, 100));
        MemoryReservation body = Objects.requireNonNull(exchange.hold(Holder.BODIES, 30));
        message.passTo(Holder.ANSWERS);
        boolean added = body.add(5);

        assertThat(added).isTrue();
        assertThat(account.held(Holder.MESSAGES)).isZero();
        assertThat(account.held(Holder.ANSWERS)).isEqualTo(100);
        assertThat(account.held(Holder.BODIES)).isEqualTo(35);
        assertThat(account.held(Holder.CALLS)).isEqualTo(7);
        assertThat(account.held(Holder.WORK)).isEqualTo(8);
        assertThat(account.taken()).isEqualTo(135);

        body.release();
        body.release();
        exchange.close();
        exchange.close();
        message.release();

        assertThat(exchange.hold(Holder.BODIES, 1)).isNull();
        assertThat(account.taken()).isZero();
        for (Holder holder : List.of(Holder.MESSAGES, Holder.ANSWERS, Holder.BODIES)) {
            assertThat(account.held(holder)).as(holder.label()).isZero();
        }
    }

    @Test
    void endsThoseWithTheHighestProductOfBytesAndIdleTimeUntilThereIsRoom() {
        holding("small and old", 100_000);
        pass(Duration.ofSeconds(6));
        holding("large", 600_000);
        holding("larger", 300_000);
        pass(Duration.ofSeconds(6));

        assertThat(exchange("lacking").hold(Holder.MESSAGES, 200_000)).isNull();

        assertThat(shed()).containsExactly("large 600000 PT6S");
        assertThat(account.shedExchanges()).isOne();
    }

    @Test
    void looksOnceInAHundredMilliseconds() {
        holding("first", 500_000);
        holding("second", 400_000);
        pass(Duration.ofSeconds(6));
        ExchangeAccount lacking = exchange("lacking");

        lacking.hold(Holder.MESSAGES, 200_000);
        lacking.hold(Holder.MESSAGES, 200_000);
        List<String> atOnce = List.copyOf(shed());
        pass(Duration.ofMillis(100));
        lacking.hold(Holder.MESSAGES, 200_000);

        assertThat(atOnce).hasSize(1);
        assertThat(shed()).hasSize(2);
    }

    @Test
    void endsThoseOfLowPriorityBeforeThoseThatHoldMore() {
        holding("much", 600_000).belongsTo(shares.enter("pay"), null, Priority.HIGH);
        holding("less", 300_000).belongsTo(shares.enter("report"), null, Priority.LOW);
        pass(Duration.ofSeconds(6));

        exchange("lacking").hold(Holder.MESSAGES, 200_000);

        assertThat(shed()).containsExactly("less 300000 PT6S");
    }

    @Test
    void endsNobodyWhoHoldsLittleOrMoved() {
        holding("little", 10_000);
        ExchangeAccount moving = holding("moving", 900_000);
        pass(Duration.ofSeconds(6));
        moving.moves(900_000 / 16);

        exchange("lacking").hold(Holder.MESSAGES, 300_000);

        assertThat(shed()).isEmpty();
    }

    @Test
    void endsNobodyWhoWaitsForRoom() {
        ExchangeAccount waiting = holding("waiting", 900_000);
        waiting.empty(Holder.MESSAGES).await(500_000, () -> {});
        pass(Duration.ofSeconds(6));

        exchange("lacking").hold(Holder.MESSAGES, 300_000);

        assertThat(shed()).isEmpty();
    }

    @Test
    void noDripIsAMove() {
        ExchangeAccount dripping = holding("dripping", 900_000);
        for (int i = 0; i < 20; i++) {
            pass(Duration.ofMillis(300));
            dripping.moves(1_000);
        }

        exchange("lacking").hold(Holder.MESSAGES, 300_000);

        assertThat(shed()).containsExactly("dripping 900000 PT6S");
    }

    @Test
    void whereAShareIsUsedUpOnlyThoseOfTheSameRouteOrClientAreEnded() {
        Share flooded = shares.enter("flooded");
        ExchangeAccount other = holding("other", 100_000);
        other.belongsTo(shares.enter("calm"), null, Priority.NORMAL);
        ExchangeAccount flooding = exchange("flooding");
        flooding.belongsTo(flooded, null, Priority.NORMAL);
        Objects.requireNonNull(flooding.hold(Holder.MESSAGES, 600_000));
        pass(Duration.ofSeconds(6));
        ExchangeAccount lacking = exchange("lacking");
        lacking.belongsTo(flooded, null, Priority.NORMAL);

        MemoryReservation refused = lacking.hold(Holder.MESSAGES, 300_000);

        assertThat(refused).isNull();
        assertThat(shed()).containsExactly("flooding 600000 PT6S");
    }
}

package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The time that strangers get, on a loop whose time a test tells. */
class StrangersTest {
    private static final Duration WORK = Duration.ofMillis(2);

    private final FakeTicker ticker = new FakeTicker();
    private final Strangers strangers = new Strangers(ticker);
    private final List<String> taken = new ArrayList<>();

    private EmbeddedChannel connection(String name) {
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                taken.add(name + bytes.readableBytes());
                bytes.release();
                ticker.advance(WORK);
            }
        });
        channel.freezeTime();
        strangers.met(channel);
        return channel;
    }

    private static ByteBuf comes(EmbeddedChannel channel, int bytes) {
        ByteBuf sent = Unpooled.buffer().writeZero(bytes);
        channel.writeInbound(sent);
        return sent;
    }

    /** Time passes for what is to be done later on the loop of the one that waits first. */
    private void pass(Duration time, EmbeddedChannel first) {
        ticker.advance(time);
        first.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        first.runScheduledPendingTasks();
    }

    @Test
    void oneIsTakenUpAtOnceWhereNobodyWaits() {
        comes(connection("a"), 1);

        assertThat(taken).containsExactly("a1");
    }

    @Test
    void thenNothingOfAnyForThreeTimesAsLong() {
        EmbeddedChannel a = connection("a");
        EmbeddedChannel b = connection("b");
        comes(a, 1);

        comes(b, 2);
        comes(a, 3);
        pass(WORK.multipliedBy(3).minusNanos(1), b);
        assertThat(taken).containsExactly("a1");

        pass(Duration.ofNanos(1), b);
        assertThat(taken).containsExactly("a1", "b2");

        pass(WORK.multipliedBy(3), b);
        assertThat(taken).containsExactly("a1", "b2", "a3");
    }

    @Test
    void anEnvoyDoesNotWait() {
        EmbeddedChannel envoy = connection("envoy");
        comes(envoy, 1);
        Strangers.proved(envoy);
        comes(connection("b"), 2);

        comes(envoy, 3);

        assertThat(taken).containsExactly("envoy1", "envoy3");
    }

    @Test
    void whatWaitsComesBeforeWhatComesAfterTheProof() {
        EmbeddedChannel a = connection("a");
        comes(a, 1);
        ByteBuf waiting = Unpooled.buffer().writeZero(2);
        a.writeInbound(waiting);

        Strangers.proved(a);
        a.runPendingTasks();
        comes(a, 3);

        assertThat(taken).containsExactly("a1", "a2", "a3");
    }

    @Test
    void anEnvoyIsForgivenNoMoreThanIsRemembered() {
        EmbeddedChannel envoy = connection("envoy");
        for (int i = 0; i < 10 * Strangers.MOST_CREDIT; i++) {
            Strangers.proved(envoy);
        }
        for (int i = 1; i < Strangers.MOST_CREDIT; i++) {
            Strangers.wasted(envoy);
        }
        assertThat(envoy.config().isAutoRead()).isTrue();

        Strangers.wasted(envoy);

        assertThat(envoy.config().isAutoRead()).isFalse();
    }

    @Test
    void whatWaitsIsLetGoWithItsConnection() {
        comes(connection("a"), 1);
        EmbeddedChannel b = connection("b");
        ByteBuf waiting = comes(b, 2);
        assertThat(waiting.refCnt()).isOne();

        var _ = b.close();

        assertThat(waiting.refCnt()).isZero();
        EmbeddedChannel c = connection("c");
        ticker.advance(WORK.multipliedBy(3));
        comes(c, 3);
        assertThat(taken).containsExactly("a1", "c3");
    }
}

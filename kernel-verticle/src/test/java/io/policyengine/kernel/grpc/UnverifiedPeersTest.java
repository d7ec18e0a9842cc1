package io.policyengine.kernel.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.time.FakeTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The time that unverified peers get, on a loop whose time a test tells. */
class UnverifiedPeersTest {
    private static final Duration WORK = Duration.ofMillis(2);

    private final FakeTicker ticker = new FakeTicker();
    private final UnverifiedPeers unverifiedPeers = new UnverifiedPeers(ticker);
    private final List<String> taken = new ArrayList<>();
    private final List<String> reads = new ArrayList<>();
    private Duration work = WORK;
    private boolean provesAtOnce;

    private EmbeddedChannel connection(String name) {
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelDuplexHandler() {
            @Override
            public void read(ChannelHandlerContext context) {
                reads.add(name);
                context.read();
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) {
                ticker.advance(work);
            }

            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                taken.add(name + bytes.readableBytes());
                bytes.release();
                ticker.advance(work);
                if (provesAtOnce) {
                    UnverifiedPeers.proved(context.channel());
                }
            }
        });
        channel.freezeTime();
        unverifiedPeers.met(channel);
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
    void aProofEndsTheWaitsForWhichItsPeerIsTheReason() {
        EmbeddedChannel envoy = connection("envoy");
        EmbeddedChannel b = connection("b");
        comes(envoy, 1);
        comes(b, 2);

        UnverifiedPeers.proved(envoy);
        pass(Duration.ZERO, envoy);

        assertThat(taken).containsExactly("envoy1", "b2");
    }

    @Test
    void aProofDoesNotEndTheWaitsForWhichOthersAreTheReason() {
        EmbeddedChannel a = connection("a");
        EmbeddedChannel b = connection("b");
        EmbeddedChannel envoy = connection("envoy");
        comes(a, 1);
        comes(b, 2);

        UnverifiedPeers.proved(envoy);
        pass(WORK.multipliedBy(3).minusNanos(1), envoy);
        assertThat(taken).containsExactly("a1");

        pass(Duration.ofNanos(1), envoy);
        assertThat(taken).containsExactly("a1", "b2");
    }

    /** Many Envoys connect at once when an engine has started. */
    @Test
    void peersThatProveAtOnceDoNotWaitForEachOther() {
        provesAtOnce = true;
        EmbeddedChannel first = connection("a");
        for (int i = 0; i < 100; i++) {
            comes(connection("envoy"), 1);
        }

        comes(first, 1);

        assertThat(taken).hasSize(101);
    }

    @Test
    void warnsOfPeersOnlyOnceTheyHaveSentForSecondsWithoutProof() {
        try (CapturedLog log = CapturedLog.of(UnverifiedPeers.class)) {
            List<EmbeddedChannel> peers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                peers.add(connection("p" + i));
            }
            reads.clear();
            peers.forEach(peer -> comes(peer, 1));
            long end = ticker.nanoTime() + Duration.ofSeconds(3).toNanos();
            while (ticker.nanoTime() - end < 0) {
                sendAndPass(peers);
            }
            assertThat(log.messages()).isEmpty();

            for (int i = 0; i < 1000; i++) {
                sendAndPass(peers);
            }

            assertThat(log.messages()).singleElement().asString().startsWith("WARN 19 connections");
        }
    }

    private void sendAndPass(List<EmbeddedChannel> peers) {
        for (int i = 0; i < peers.size(); i++) {
            if (reads.remove("p" + i)) {
                comes(peers.get(i), 1);
            }
        }
        ticker.advance(WORK.multipliedBy(3));
        for (EmbeddedChannel peer : peers) {
            peer.advanceTimeBy(WORK.multipliedBy(4).toNanos(), TimeUnit.NANOSECONDS);
            peer.runScheduledPendingTasks();
        }
    }

    @Test
    void anEnvoyDoesNotWait() {
        EmbeddedChannel envoy = connection("envoy");
        comes(envoy, 1);
        UnverifiedPeers.proved(envoy);
        comes(connection("b"), 2);

        comes(envoy, 3);

        assertThat(taken).containsExactly("envoy1", "b2", "envoy3");
    }

    @Test
    void whatWaitsComesBeforeWhatComesAfterTheProof() {
        EmbeddedChannel a = connection("a");
        comes(a, 1);
        comes(a, 2);

        UnverifiedPeers.proved(a);
        comes(a, 3);
        a.runPendingTasks();
        comes(a, 4);

        assertThat(taken).containsExactly("a1", "a5", "a4");
    }

    @Test
    void moreIsReadOnlyWhenWhatWaitsIsTakenUp() {
        EmbeddedChannel a = connection("a");
        comes(a, 1);
        reads.clear();

        comes(a, 2);
        assertThat(reads).isEmpty();

        pass(WORK.multipliedBy(3), a);
        assertThat(taken).containsExactly("a1", "a2");
        assertThat(reads).contains("a");
    }

    @Test
    void aPeerThatIsUnverifiedAgainIsReadOn() {
        EmbeddedChannel envoy = connection("envoy");
        UnverifiedPeers.proved(envoy);
        reads.clear();

        UnverifiedPeers.wasted(envoy);

        assertThat(reads).containsExactly("envoy");
    }

    @Test
    void ofOneThatHasGoneNothingIsKept() {
        EmbeddedChannel a = connection("a");
        comes(a, 1);
        ByteBuf waiting = comes(a, 2);

        ByteBuf rest = comes(a, 3);

        assertThat(a.isOpen()).isFalse();
        assertThat(waiting.refCnt()).isZero();
        assertThat(rest.refCnt()).isZero();
        assertThat(taken).containsExactly("a1");
    }

    @Test
    void endsOfUnverifiedPeersAreTimeOfTheirs() {
        EmbeddedChannel a = connection("a");
        EmbeddedChannel b = connection("b");
        var _ = a.close();

        comes(b, 1);
        pass(WORK.multipliedBy(3).minusNanos(1), b);
        assertThat(taken).isEmpty();

        pass(Duration.ofNanos(1), b);
        assertThat(taken).containsExactly("b1");
    }

    @Test
    void aPauseOfTheProcessIsNobodysFault() {
        work = Duration.ofSeconds(2);
        EmbeddedChannel a = connection("a");
        comes(a, 1);
        comes(a, 2);

        pass(Duration.ofMillis(30), a);

        assertThat(taken).containsExactly("a1", "a2");
    }

    @Test
    void thoseOfWhichMuchWasTakenUpHaveNoMoreThanEverySecondTurn() {
        EmbeddedChannel old = connection("old");
        comes(old, 64 << 10);
        EmbeddedChannel other = connection("other");
        pass(WORK.multipliedBy(3), other);
        comes(other, 64 << 10);
        EmbeddedChannel a = connection("a");
        EmbeddedChannel b = connection("b");
        taken.clear();

        comes(old, 1);
        comes(other, 2);
        comes(a, 3);
        comes(b, 4);
        for (int i = 0; i < 4; i++) {
            pass(WORK.multipliedBy(3), old);
        }

        assertThat(taken).containsExactly("old1", "a3", "other2", "b4");
    }

    @Test
    void anEnvoyIsForgivenNoMoreThanIsRemembered() {
        EmbeddedChannel envoy = connection("envoy");
        for (int i = 0; i < 10 * UnverifiedPeers.MAX_CREDIT; i++) {
            UnverifiedPeers.proved(envoy);
        }
        for (int i = 1; i < UnverifiedPeers.MAX_CREDIT; i++) {
            UnverifiedPeers.wasted(envoy);
        }
        assertThat(envoy.config().isAutoRead()).isTrue();

        UnverifiedPeers.wasted(envoy);

        assertThat(envoy.config().isAutoRead()).isFalse();
    }

    @Test
    void whatWaitsIsReleasedWithItsConnection() {
        comes(connection("a"), 1);
        EmbeddedChannel b = connection("b");
        ByteBuf waiting = comes(b, 2);
        assertThat(waiting.refCnt()).isOne();

        var _ = b.close();

        assertThat(waiting.refCnt()).isZero();
        EmbeddedChannel c = connection("c");
        ticker.advance(WORK.multipliedBy(6));
        comes(c, 3);
        assertThat(taken).containsExactly("a1", "c3");
    }
}

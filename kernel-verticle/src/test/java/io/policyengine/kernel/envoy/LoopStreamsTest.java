package io.policyengine.kernel.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.kernel.account.Streams;
import io.policyengine.kernel.envoy.StreamServer.Recorded;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.http.StreamResetException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The number of open streams is bounded: one too many takes the place of one that is answered for good, or of one that has said nothing, or
 * is refused.
 */
class LoopStreamsTest {
    private static final int LIMIT = 3;
    private static final long REFUSED_STREAM = 7;
    private static final EnvoyAnswer ANSWER = new EnvoyWriter(List.of()).trailersUnchanged(true);

    private final StreamServer server = new StreamServer(1 << 20);
    private final Streams streams = server.streams();
    private final RawClient client = server.client();

    @AfterEach
    void stop() {
        server.close();
    }

    /** As many as there may be, on each of which a message has come. */
    private List<Call> fill() {
        streams.limit(LIMIT);
        List<Call> calls =
                IntStream.range(0, LIMIT).mapToObj(_ -> client.call()).toList();
        calls.forEach(LoopStreamsTest::sayOn);
        Await.until(() -> server.arrivals().size() == LIMIT);
        return calls;
    }

    private static void sayOn(Call call) {
        var _ = call.sendMessage(new byte[0]);
    }

    private static void answer(Recorded stream) {
        stream.run(it -> {
            it.write(ANSWER);
            it.discard();
        });
        stream.run(it -> assertThat(it.isWritten()).isTrue());
    }

    private static Throwable failureOf(Call call) {
        Future<?> answer = call.readAnswer();
        Await.until(answer::isComplete);
        return answer.cause();
    }

    @Test
    void oneTooManyIsRefusedAndTheOthersGoOn() {
        List<Call> calls = fill();

        Throwable refused = failureOf(client.call());

        assertThat(refused)
                .isInstanceOfSatisfying(
                        StreamResetException.class,
                        reset -> assertThat(reset.getCode()).isEqualTo(REFUSED_STREAM));
        assertThat(streams.refused()).isEqualTo(1);
        assertThat(streams.open()).isEqualTo(LIMIT);
        answer(server.stream(0));
        calls.getFirst().awaitHead();
    }

    @Test
    void whereOneIsOverThereIsRoomAgain() {
        List<Call> calls = fill();

        calls.getFirst().reset();
        server.stream(0).awaitEnd();
        client.call();

        server.stream(LIMIT);
        assertThat(streams.open()).isEqualTo(LIMIT);
        assertThat(streams.refused()).isZero();
    }

    @Test
    void thoseThatAreAnsweredMakeRoomInTheOrderOfTheirAnswers() {
        List<Call> calls = fill();
        answer(server.stream(1));
        answer(server.stream(0));

        sayOn(client.call());
        Await.until(() -> server.arrivals().size() == LIMIT + 1);

        server.stream(1).awaitEnd();
        calls.get(1).awaitHead();
        sayOn(client.call());
        Await.until(() -> server.arrivals().size() == LIMIT + 2);
        server.stream(0).awaitEnd();
        calls.get(0).awaitHead();
        assertThat(failureOf(client.call())).isInstanceOf(StreamResetException.class);
        assertThat(streams.refused()).isEqualTo(1);
    }

    @Test
    void thoseThatHaveSaidNothingMakeRoomInTheOrderInWhichTheyWereOpened() {
        streams.limit(LIMIT);
        Call first = client.call();
        Call second = client.call();
        Call heard = client.call();
        sayOn(heard);
        Await.until(() -> server.arrivals().size() == 1);

        sayOn(client.call());
        sayOn(client.call());
        Await.until(() -> server.arrivals().size() == LIMIT);

        assertThat(failureOf(first)).isInstanceOf(StreamResetException.class);
        assertThat(failureOf(second)).isInstanceOf(StreamResetException.class);
        assertThat(failureOf(client.call()))
                .as("of one more, as the others have all said something")
                .isInstanceOfSatisfying(
                        StreamResetException.class,
                        reset -> assertThat(reset.getCode()).isEqualTo(REFUSED_STREAM));
        assertThat(streams.open()).isEqualTo(LIMIT);
        assertThat(heard.isAnswered()).isFalse();
    }

    @Test
    void thoseThatAreAnsweredMakeRoomBeforeThoseThatHaveSaidNothing() {
        List<Call> calls = fill();
        calls.getFirst().reset();
        server.stream(0).awaitEnd();
        Call silent = client.call();
        server.stream(LIMIT);
        answer(server.stream(1));

        sayOn(client.call());
        Await.until(() -> server.arrivals().size() == LIMIT + 1);

        server.stream(1).awaitEnd();
        assertThat(silent.isAnswered()).isFalse();
        assertThat(streams.open()).isEqualTo(LIMIT);
    }

    @Test
    void allAreCountedUntilTheirConnectionIsLost() {
        List<Call> calls = fill();
        answer(server.stream(0));

        calls.getFirst().disconnect();

        Await.until(() -> streams.open() == 0);
    }
}

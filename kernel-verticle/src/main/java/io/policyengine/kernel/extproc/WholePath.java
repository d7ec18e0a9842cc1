package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.time.DeadlineWheel;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.conversation.DirectionEvent;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A body that policies see whole: in one message, or gathered from the chunks of full duplex, where the headers are answered
 * after it.
 */
final class WholePath<V> {
    private static final Buffer NO_BODY = Buffer.buffer();

    private final Side<V> side;
    private final Exchange exchange;
    private final long max;
    private @Nullable GatheredBody gathered;

    /** Ends an exchange whose body is gathered and does not go on. */
    private DeadlineWheel.@Nullable Deadline nextChunk;

    /**
     * A body of which nothing has come.
     *
     * @param max bytes of it at most
     */
    WholePath(Side<V> side, long max) {
        this.side = side;
        this.exchange = side.exchange;
        this.max = max;
    }

    /** Runs the policies on a message that holds all of the body. */
    void take(Buffer received) {
        if (received.length() > max) {
            exchange.refuse(
                    side.tooLarge(), "a body of " + received.length() + " bytes, at most " + max + " are allowed");
            return;
        }
        run(received, (passed, outgoing) -> {
            Set<String> touched = new HashSet<>(passed.touched());
            V view = side.fields().ofWhole(passed.view(), outgoing, touched);
            exchange.write(side.bodyAnswer(side.envoys(), view, touched, passed.reroute(), outgoing));
            side.passed(side.withoutBody(view));
            side.proceed(DirectionEvent.ANSWERED);
        });
    }

    /** Runs the policies on a body that is empty: Envoy sends none before trailers. */
    void takeTrailers() {
        run(NO_BODY, (passed, outgoing) -> {
            if (outgoing == null && side.withoutBody(passed.view()).equals(side.envoys())) {
                side.writer().trailers();
                side.proceed(DirectionEvent.ANSWERED);
            } else {
                exchange.refuse(
                        ErrorCode.POLICY_NOT_SUPPORTED,
                        "a policy that waits for the body changed a message that has trailers but no body");
            }
        });
    }

    /** The chunks of the body are gathered from now on. */
    void beginGathering() {
        gathered = new GatheredBody(max);
        awaitNextChunk();
    }

    /** Keeps a chunk; false if the exchange is refused by it. */
    boolean gather(Buffer chunk) {
        awaitNextChunk();
        // Small messages are not counted, but as many of them as make a body are.
        if (chunk.length() <= GatheredBody.SMALL && !side.reserve(Math.max(chunk.length(), GatheredBody.MIN))) {
            return false;
        }
        if (body().add(chunk)) {
            return true;
        }
        exchange.refuse(side.tooLarge(), "a body of more than " + max + " bytes");
        return false;
    }

    /** Runs the policies on the body that was gathered; the answers to headers, body and trailers follow. */
    void runGathered(boolean trailers) {
        awaitChunkNoMore();
        Buffer received = body().join();
        gathered = null;
        run(received, (passed, outgoing) -> {
            Set<String> touched = new HashSet<>(passed.touched());
            V view = side.fields().ofWhole(passed.view(), outgoing, touched);
            exchange.write(side.headersAnswer(side.envoys(), view, touched, passed.reroute(), null, null));
            side.passed(side.withoutBody(view));
            side.writer().duplex(outgoing == null ? received : outgoing, !trailers);
            if (trailers) {
                side.writer().trailers();
            }
            side.proceed(DirectionEvent.ANSWERED);
        });
    }

    /** Ends the wait for the next chunk. */
    void close() {
        awaitChunkNoMore();
    }

    private GatheredBody body() {
        return Objects.requireNonNull(gathered);
    }

    /** Runs the policies; goes on with what they left, and the body that leaves in place of Envoy's, null if it is Envoy's. */
    private void run(Buffer received, BiConsumer<PhaseResult.Passed<V>, @Nullable Buffer> then) {
        CodedBody coded = side.coded();
        coded.decode(
                received,
                true,
                decoded -> side.runOnBody(decoded, passed -> {
                    Buffer changed = side.newBody(passed.view());
                    if (!side.keep(passed.view())) {
                        return;
                    }
                    side.dropBody();
                    if (changed == null || !side.fields().recodes(passed.view())) {
                        then.accept(passed, changed);
                    } else {
                        coded.encode(changed, true, outgoing -> then.accept(passed, outgoing));
                    }
                }));
    }

    /** Envoy has no timeout of its own in full duplex. */
    private void awaitNextChunk() {
        awaitChunkNoMore();
        LoopContext loop = side.loop;
        long patience = loop.config().limits().bodyIdleTimeout().toNanos();
        nextChunk = loop.deadlines()
                .add(
                        loop.ticker().nanoTime() + patience,
                        () -> exchange.refuse(
                                side.stalled(), "no chunk of the body came within limits.body_idle_timeout_ms"));
    }

    private void awaitChunkNoMore() {
        if (nextChunk != null) {
            nextChunk.cancel();
            nextChunk = null;
        }
    }
}

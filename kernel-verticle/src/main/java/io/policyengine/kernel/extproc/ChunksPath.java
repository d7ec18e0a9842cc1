package io.policyengine.kernel.extproc;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.kernel.aggregate.BodyChunkResult;
import io.policyengine.kernel.aggregate.BodyChunks;
import io.policyengine.kernel.conversation.DirectionEvent;
import io.policyengine.kernel.envoy.BodyMode;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Set;

/** A body that passes through chunk functions, chunk by chunk. */
final class ChunksPath<V> {
    private final Side<V> side;
    private final Exchange exchange;
    private final BodyChunks chunks;
    private boolean endedEarly;

    ChunksPath(Side<V> side, BodyChunks chunks) {
        this.side = side;
        this.exchange = side.exchange;
        this.chunks = chunks;
    }

    /**
     * Sends a chunk through the chunk functions and answers it.
     *
     * @param trailers whether it stands for the trailers, which end the body
     */
    void take(Buffer received, boolean last, boolean trailers) {
        if (endedEarly) {
            side.writer().unwanted(side.mode(), trailers);
            side.proceed(DirectionEvent.ANSWERED);
            return;
        }
        side.coded().decode(received, last, decoded -> send(decoded, last, trailers));
    }

    /** Whether bytes that came have not gone on: those that policies hold back, or the rest of a content coding. */
    boolean isHolding() {
        boolean coding = side.coded().isOpen() && side.delivery().hasCome();
        return !endedEarly && (coding || chunks.isHolding());
    }

    private void send(Buffer chunk, boolean last, boolean trailers) {
        chunks.send(chunk, last, exchange.beginPhase(), result -> {
            switch (result) {
                case BodyChunkResult.Denied denied -> exchange.deniedOnBody(denied);
                case BodyChunkResult.Failed failed -> exchange.failedOnBody(failed);
                case BodyChunkResult.Passed passed ->
                    side.coded()
                            .encode(passed.data(), passed.last(), outgoing -> answer(passed, outgoing, last, trailers));
            }
        });
    }

    private void answer(BodyChunkResult.Passed passed, Buffer outgoing, boolean last, boolean trailers) {
        boolean unchanged = passed.unchanged() && !side.coded().isOpen();
        boolean early = passed.last() && !last;
        endedEarly = early;
        BodyMode mode = side.mode();
        if (!mode.isAnsweredOneByOne()) {
            side.writer().duplex(outgoing, passed.last() && !trailers);
            if (trailers) {
                side.writer().trailers();
            }
            side.proceed(early ? DirectionEvent.REPLACED : DirectionEvent.ANSWERED);
            return;
        }
        if (trailers && outgoing.length() > 0) {
            // Envoy sends trailers only when the last chunk is answered.
            exchange.refuse(
                    ErrorCode.POLICY_NOT_SUPPORTED,
                    "bytes were held back of a body that ended with trailers, which mode " + mode
                            + " has no place for: set FULL_DUPLEX_STREAMED");
            return;
        }
        if (trailers) {
            side.writer().trailers();
        } else if (mode.isInChunks()) {
            side.writer().streamed(outgoing, unchanged);
        } else {
            answerOnlyChunk(outgoing, unchanged);
        }
        side.proceed(DirectionEvent.ANSWERED);
    }

    /** Answers a chunk that is the whole body: Envoy still holds the headers. */
    private void answerOnlyChunk(Buffer outgoing, boolean unchanged) {
        V held = side.envoys();
        Set<String> touched = new HashSet<>();
        V view = unchanged ? held : side.fields().ofLength(held, outgoing, touched);
        exchange.write(side.bodyAnswer(held, view, touched, false, unchanged ? null : outgoing));
        endedEarly = true;
    }
}

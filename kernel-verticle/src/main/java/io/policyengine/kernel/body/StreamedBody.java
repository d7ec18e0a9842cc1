package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.MessageView;
import io.policyengine.kernel.aggregate.BodyChunkResult;
import io.policyengine.kernel.aggregate.BodyChunks;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.conversation.DirectionEvent;
import io.policyengine.kernel.envoy.BodyMode;
import io.policyengine.kernel.envoy.EnvoyWriter;
import io.policyengine.kernel.plan.BodyUse;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.Set;

/** A body that passes through the policies' chunk functions, chunk by chunk. */
final class StreamedBody<V extends MessageView<V>> {
    private final MessageBody<V> message;
    private final BodyHost host;
    private final BodyOwner<V> owner;
    private final EnvoyWriter writer;
    private final BodyAnswers answers;
    private final BodyFields<V> fields;
    private final BodyChunks chunks;
    private boolean endedEarly;
    private long received;

    StreamedBody(
            MessageBody<V> message,
            BodyHost host,
            BodyOwner<V> owner,
            BodyTools tools,
            BodyFields<V> fields,
            BodyChunks chunks) {
        this.message = message;
        this.host = host;
        this.owner = owner;
        this.writer = tools.writer();
        this.answers = message.answers();
        this.fields = fields;
        this.chunks = chunks;
    }

    /** Returns the headers to forward before the first chunk. */
    PhaseResult.Passed<V> headers(PhaseResult.Passed<V> result, BodyUse use) {
        Set<String> touched = new HashSet<>(result.touched());
        boolean known = message.delivery().modeToCome(use).isWhole();
        V view = known ? result.view() : fields.ofUnknownLength(result.view(), touched);
        return result.with(fields.ofOpenedCoding(view, touched), touched);
    }

    /**
     * Sends a chunk through the chunk functions, then answers it.
     *
     * @param trailers whether trailers end the body; the chunk is then empty
     */
    void take(Buffer chunk, boolean last, boolean trailers) {
        received += chunk.length();
        if (endedEarly && trailers) {
            owner.endWithTrailers(DirectionEvent.ANSWERED);
            return;
        }
        if (endedEarly) {
            answers.unwanted(mode());
            owner.proceed(DirectionEvent.ANSWERED);
            return;
        }
        message.chain().coded().decode(chunk, last, decoded -> send(decoded, last, trailers));
    }

    /** Returns whether policies hold back received bytes, or the decoder or encoder buffers some. */
    boolean isHolding() {
        boolean coding = message.chain().coded().isOpen() && message.delivery().hasCome();
        return !endedEarly && (coding || chunks.isHolding());
    }

    /** Returns whether all bytes that content-length announces have arrived; true without content-length. */
    private boolean isComplete() {
        long announced = message.delivery().announced();
        return announced < 0 || announced == received;
    }

    private BodyMode mode() {
        return message.delivery().mode();
    }

    private void send(Buffer chunk, boolean last, boolean trailers) {
        chunks.send(chunk, last, isComplete(), host.beginPhase(), result -> {
            switch (result) {
                case BodyChunkResult.Denied denied -> host.deny(denied.response(), denied.deniedBy());
                case BodyChunkResult.Failed failed -> host.fail(failed.code(), failed.failedAt());
                case BodyChunkResult.Passed passed -> {
                    message.pending().add(chunks.handResults());
                    message.chain().coded().encode(passed.data(), passed.last(), outgoing -> {
                        BodyChunkResult.Failed full =
                                chunks.keep(chunk.length() - outgoing.length(), message.pending()::passOn);
                        if (full == null) {
                            answer(passed, outgoing, last, trailers);
                        } else {
                            host.fail(full.code(), full.failedAt());
                        }
                    });
                }
            }
        });
    }

    private void answer(BodyChunkResult.Passed passed, Buffer outgoing, boolean last, boolean trailers) {
        boolean unchanged = passed.unchanged() && !message.chain().coded().isOpen();
        boolean early = passed.last() && !last;
        endedEarly = early;
        BodyMode mode = mode();
        if (!mode.isAnsweredOneByOne()) {
            answers.duplex(outgoing, passed.last() && !trailers);
            if (trailers) {
                owner.endWithTrailers(DirectionEvent.ANSWERED);
            } else {
                owner.proceed(early ? DirectionEvent.REPLACED : DirectionEvent.ANSWERED);
            }
            return;
        }
        if (trailers && outgoing.length() > 0) {
            // Envoy sends trailers only when the last chunk is answered.
            host.refuse(
                    ErrorCode.ROUTE_MISCONFIGURED,
                    "policies held back bytes of a body that ended with trailers, but mode " + mode
                            + " cannot send bytes after trailers: set FULL_DUPLEX_STREAMED");
            return;
        }
        if (trailers) {
            owner.endWithTrailers(DirectionEvent.ANSWERED);
            return;
        }
        if (mode.isInChunks()) {
            answers.streamed(outgoing, unchanged);
        } else {
            answerOnlyChunk(outgoing, unchanged);
        }
        owner.proceed(DirectionEvent.ANSWERED);
    }

    /** Answers a chunk that is the whole body. Envoy still holds the headers. */
    private void answerOnlyChunk(Buffer outgoing, boolean unchanged) {
        V held = message.held();
        Set<String> touched = new HashSet<>();
        V view = unchanged ? held : fields.ofLength(held, held, outgoing, touched);
        PhaseResult.Passed<V> result = new PhaseResult.Passed<>(
                view,
                touched,
                false,
                message.chain().running().metadata(),
                message.chain().running().calls());
        host.write(message.carrier().body(writer, held, result, unchanged ? null : outgoing));
        endedEarly = true;
    }
}

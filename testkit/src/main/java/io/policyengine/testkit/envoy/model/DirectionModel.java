package io.policyengine.testkit.envoy.model;

import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SEND;
import static io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode.SKIP;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.core.http.HeaderMap;
import java.time.Duration;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The state of one direction of an exchange, with the transitions that {@link HttpEvents} and {@link AnswerEvents}
 * trigger.
 */
final class DirectionModel {
    /** The kind of answer that a direction awaits. */
    enum State {
        IDLE,
        HEADERS,
        BUFFERED_BODY,
        STREAMED_BODY,
        PARTIAL_BODY,
        TRAILERS
    }

    /** A body chunk that was sent, or is queued for a BUFFERED_PARTIAL message. */
    record Chunk(ByteString bytes, boolean endOfStream) {}

    final ModelDirection direction;
    final FilterConfig config;
    final Session session;
    final EnvoyModel model;

    State state = State.IDLE;
    boolean sendHeaders;
    BodySendMode bodyMode = BodySendMode.NONE;
    boolean sendTrailers;

    HeaderMap headers = HeaderMap.empty();
    boolean headersSeen;
    boolean headersForwarded;
    boolean noBody;
    boolean bodySeen;
    boolean bodyComplete;
    boolean bodyReplaced;
    boolean partialProcessed;
    boolean duplexDataSent;
    boolean trailersSent;
    boolean ended;

    @Nullable
    HeaderMap trailers;

    ByteString held = ByteString.EMPTY;
    final ArrayDeque<Chunk> queue = new ArrayDeque<>();

    private boolean timerRunning;
    private boolean timerExtended;

    DirectionModel(ModelDirection direction, FilterConfig config, Session session, EnvoyModel model) {
        this.direction = direction;
        this.config = config;
        this.session = session;
        this.model = model;
        apply(config.perRouteMode());
    }

    void apply(ProcessingMode mode) {
        switch (direction) {
            case REQUEST -> {
                sendHeaders = mode.getRequestHeaderMode() != SKIP;
                bodyMode = mode.getRequestBodyMode();
                sendTrailers = mode.getRequestTrailerMode() == SEND;
            }
            case RESPONSE -> {
                sendHeaders = mode.getResponseHeaderMode() != SKIP;
                bodyMode = mode.getResponseBodyMode();
                sendTrailers = mode.getResponseTrailerMode() == SEND;
            }
        }
    }

    boolean isDuplex() {
        return bodyMode == BodySendMode.FULL_DUPLEX_STREAMED;
    }

    /** Returns whether the body is sent to the server before the server answers the headers. */
    boolean pushesBody() {
        return isDuplex() || (config.sendBodyWithoutWaitingForHeaderResponse() && bodyMode == BodySendMode.STREAMED);
    }

    /** Returns whether Envoy itself removes content-length and ignores values of it that answers set. */
    boolean stripsContentLength() {
        return switch (bodyMode) {
            case STREAMED, BUFFERED_PARTIAL, FULL_DUPLEX_STREAMED -> true;
            case BUFFERED -> !sendHeaders;
            case NONE, UNRECOGNIZED -> false;
        };
    }

    int queuedOctets() {
        return queue.stream().mapToInt(chunk -> chunk.bytes().size()).sum();
    }

    ByteString queued() {
        return queue.stream().map(Chunk::bytes).reduce(ByteString.EMPTY, ByteString::concat);
    }

    /** Sends a message to the server. The state stays HEADERS while the answer to the headers is outstanding. */
    void send(State next, ProcessingRequest.Builder message) {
        model.send(direction, message);
        if (state != State.HEADERS) {
            state = next;
        }
        if (!isDuplex()) {
            startTimer(config.messageTimeout());
        }
    }

    void sendChunk(ByteString bytes, boolean endOfStream) {
        if (isDuplex()) {
            duplexDataSent = true;
        } else {
            queue.add(new Chunk(bytes, endOfStream));
        }
        send(State.STREAMED_BODY, StreamMessages.body(direction, bytes, endOfStream));
    }

    void sendBuffered(boolean endOfStream) {
        send(State.BUFFERED_BODY, StreamMessages.body(direction, held, endOfStream));
    }

    /** Sends the queued chunks as the only message of a BUFFERED_PARTIAL body. */
    void sendPart(boolean endOfStream) {
        Chunk part = new Chunk(queued(), endOfStream);
        queue.clear();
        queue.add(part);
        send(State.PARTIAL_BODY, StreamMessages.body(direction, part.bytes(), endOfStream));
    }

    void sendTrailers(HeaderMap fields) {
        trailersSent = true;
        send(State.TRAILERS, StreamMessages.trailers(direction, fields));
    }

    /**
     * Continues after the body: sends the trailers if there are any and the mode includes them, otherwise releases the
     * message.
     */
    void afterBody() {
        HeaderMap fields = trailers;
        if (fields != null && sendTrailers && !trailersSent) {
            sendTrailers(fields);
        } else {
            release();
        }
    }

    /** Ends the outstanding call, because its answer has arrived or is no longer awaited. */
    void finishCall() {
        state = State.IDLE;
        stopTimer();
    }

    void stopTimer() {
        timerExtended = false;
        if (timerRunning) {
            timerRunning = false;
            session.emit(new Action.StopTimer(direction));
        }
    }

    /** Extends the message timer; returns false if the timer is not running or was extended before. */
    boolean extendTimer(Duration delay) {
        if (!timerRunning || timerExtended) {
            return false;
        }
        timerExtended = true;
        session.emit(new Action.StartTimer(direction, delay));
        return true;
    }

    private void startTimer(Duration delay) {
        timerRunning = true;
        session.emit(new Action.StartTimer(direction, delay));
    }

    void forwardHeaders() {
        if (headersSeen && !headersForwarded) {
            headersForwarded = true;
            boolean endOfStream = noBody && !bodyReplaced;
            ended = endOfStream;
            forward(new HttpPart.Headers(headers, endOfStream));
        }
    }

    /** Forwards data after the headers. An empty chunk is dropped unless it ends the message. */
    void forwardData(ByteString bytes, boolean endOfStream) {
        forwardHeaders();
        if (!ended && (endOfStream || !bytes.isEmpty())) {
            ended = endOfStream;
            forward(new HttpPart.Data(bytes, endOfStream));
        }
    }

    /** Forwards all held parts: headers, body and trailers. */
    void release() {
        if (!headersSeen) {
            return;
        }
        forwardHeaders();
        ByteString body = held;
        held = ByteString.EMPTY;
        HeaderMap fields = trailers;
        if (fields != null && !ended) {
            forwardData(body, false);
            ended = true;
            forward(new HttpPart.Trailers(fields));
        } else {
            forwardData(body, bodyComplete);
        }
    }

    /**
     * Ends processing and forwards the held and queued parts unchanged. Data that was already sent in duplex mode is
     * lost.
     */
    void clear() {
        finishCall();
        while (!queue.isEmpty()) {
            Chunk chunk = queue.poll();
            forwardData(chunk.bytes(), chunk.endOfStream());
        }
        release();
    }

    /** Drops the message: no further part of it is forwarded. */
    void abandon() {
        stopTimer();
        state = State.IDLE;
        headersForwarded = true;
        ended = true;
        queue.clear();
        held = ByteString.EMPTY;
    }

    /** Returns whether this direction needs no further message (Envoy 1.37: ext_proc_stream_close_optimization). */
    boolean needsNothingMore() {
        boolean bodyOver = bodyComplete || bodyMode == BodySendMode.NONE;
        boolean streamable = bodyMode != BodySendMode.BUFFERED && bodyMode != BodySendMode.BUFFERED_PARTIAL;
        return state == State.IDLE
                && (headersSeen || !sendHeaders)
                && (noBody || (bodyOver && streamable && (bodyComplete || !sendTrailers)));
    }

    private void forward(HttpPart part) {
        session.emit(new Action.Forward(direction, part));
    }
}

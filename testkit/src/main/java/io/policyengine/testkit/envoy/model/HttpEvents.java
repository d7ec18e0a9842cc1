package io.policyengine.testkit.envoy.model;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.testkit.envoy.model.DirectionModel.Chunk;
import io.policyengine.testkit.envoy.model.DirectionModel.State;

/** Handles the parts of the HTTP message in one direction, as Envoy's ext_proc filter does. */
final class HttpEvents {
    private final DirectionModel at;

    HttpEvents(DirectionModel at) {
        this.at = at;
    }

    void part(HttpPart part) {
        switch (part) {
            case HttpPart.Headers headers -> headers(headers.fields(), headers.endOfStream());
            case HttpPart.Data data -> data(data.bytes(), data.endOfStream());
            case HttpPart.Trailers trailers -> trailers(trailers.fields());
        }
    }

    private void headers(HeaderMap fields, boolean endOfStream) {
        at.headers = fields;
        at.headersSeen = true;
        at.noBody = endOfStream;
        at.bodyComplete = endOfStream;
        if (at.session.complete()) {
            at.forwardHeaders();
        } else if (at.config.observabilityMode()) {
            if (at.sendHeaders) {
                at.model.send(at.direction, StreamMessages.headers(at.direction, fields, endOfStream));
            }
            at.forwardHeaders();
        } else {
            processHeaders(endOfStream);
        }
    }

    /** Sends the headers, and then removes content-length from them, so that the server still sees content-length. */
    private void processHeaders(boolean endOfStream) {
        if (at.sendHeaders) {
            at.send(State.HEADERS, StreamMessages.headers(at.direction, at.headers, endOfStream));
        }
        if (at.stripsContentLength()) {
            at.headers = at.headers.toBuilder().remove("content-length").build();
        }
        if (!at.sendHeaders) {
            at.forwardHeaders();
        }
    }

    private void data(ByteString bytes, boolean endOfStream) {
        at.bodySeen = true;
        at.bodyComplete |= endOfStream;
        if (at.bodyReplaced) {
            at.forwardData(ByteString.EMPTY, endOfStream);
        } else if (at.session.complete()) {
            at.forwardData(bytes, endOfStream);
        } else if (at.config.observabilityMode()) {
            if (at.bodyMode == BodySendMode.STREAMED) {
                at.model.send(at.direction, StreamMessages.body(at.direction, bytes, endOfStream));
            }
            at.forwardData(bytes, endOfStream);
        } else if (at.state == State.HEADERS && !at.pushesBody()) {
            hold(bytes);
        } else {
            processData(bytes, endOfStream);
        }
    }

    private void processData(ByteString bytes, boolean endOfStream) {
        switch (at.bodyMode) {
            case NONE, UNRECOGNIZED -> at.forwardData(bytes, endOfStream);
            case STREAMED, FULL_DUPLEX_STREAMED -> {
                boolean pointless = bytes.isEmpty() && !endOfStream;
                if (!pointless || !at.config.version().atLeast(38)) {
                    at.sendChunk(bytes, endOfStream);
                }
            }
            case BUFFERED -> {
                hold(bytes);
                if (endOfStream && !at.session.complete()) {
                    at.sendBuffered(true);
                }
            }
            case BUFFERED_PARTIAL -> part(bytes, endOfStream);
        }
    }

    private void part(ByteString bytes, boolean endOfStream) {
        if (at.partialProcessed) {
            at.forwardData(bytes, endOfStream);
            return;
        }
        at.queue.add(new Chunk(bytes, endOfStream));
        boolean full = at.queuedOctets() >= at.config.bufferLimit();
        if (at.state != State.PARTIAL_BODY && (endOfStream || full)) {
            at.sendPart(endOfStream);
        }
    }

    /**
     * Buffers bytes of the body. In BUFFERED mode, bytes beyond the limit end the exchange, except in the state HEADERS
     * before Envoy 1.35.
     */
    private void hold(ByteString bytes) {
        at.held = at.held.concat(bytes);
        boolean counts = at.state != State.HEADERS || at.config.version().atLeast(35);
        if (at.bodyMode == BodySendMode.BUFFERED && counts && at.held.size() > at.config.bufferLimit()) {
            at.model.payloadTooLarge(at.direction);
        }
    }

    private void trailers(HeaderMap fields) {
        boolean bodyDelivered = at.bodyComplete;
        at.trailers = fields;
        at.bodyComplete = true;
        if (at.session.complete()) {
            at.release();
        } else if (at.config.observabilityMode()) {
            if (at.sendTrailers) {
                at.model.send(at.direction, StreamMessages.trailers(at.direction, fields));
            }
            at.release();
        } else if (at.isDuplex()) {
            duplexTrailers(fields);
        } else if (at.state == State.IDLE) {
            processTrailers(bodyDelivered);
        }
    }

    private void duplexTrailers(HeaderMap fields) {
        if (at.sendTrailers) {
            at.sendTrailers(fields);
        } else if (at.state == State.IDLE) {
            at.release();
        }
    }

    /** Handles trailers. They complete a buffered body, which is then sent without end_of_stream. */
    private void processTrailers(boolean bodyDelivered) {
        if (!bodyDelivered && at.bodyMode == BodySendMode.BUFFERED && at.bodySeen) {
            at.sendBuffered(false);
        } else if (!bodyDelivered && at.bodyMode == BodySendMode.BUFFERED_PARTIAL && !at.queue.isEmpty()) {
            at.sendPart(false);
        } else {
            at.afterBody();
        }
    }
}

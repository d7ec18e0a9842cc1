package io.policyengine.core.admin;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes the body of a response in pieces of {@value #PIECE} bytes, and pauses while the write queue is full. Netty
 * copies written bytes off the heap, so a response that the client does not read occupies only a few pieces there.
 */
public final class AnswerBody {
    /** Maximum size of a piece of a response that is written at once, in bytes. */
    private static final int PIECE = 64 * 1024;

    private final HttpServerResponse response;
    private final Buffer body;
    private final Promise<Void> over = Promise.promise();
    private int handedOver;

    private AnswerBody(HttpServerResponse response, Buffer body) {
        this.response = response;
        this.body = body;
    }

    /**
     * Ends the response to a request with a body, on the event loop of its connection.
     *
     * @return succeeds when the whole body has been written, or when the connection is closed
     */
    public static Future<Void> send(HttpServerRequest request, Buffer body) {
        HttpServerResponse response = request.response();
        AnswerBody answer = new AnswerBody(response, body);
        if (response.closed()) {
            answer.over.complete();
        } else if (request.method().equals(HttpMethod.HEAD)) {
            response.end(body).onComplete(_ -> answer.over.tryComplete());
        } else {
            response.closeHandler(_ -> answer.over.tryComplete());
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            answer.handOver();
        }
        return answer.over.future();
    }

    private void handOver() {
        while (!response.closed()) {
            if (body.length() - handedOver <= PIECE) {
                response.end(body.slice(handedOver, body.length())).onComplete(_ -> over.tryComplete());
                return;
            }
            response.write(body.slice(handedOver, handedOver + PIECE));
            handedOver += PIECE;
            if (response.writeQueueFull()) {
                response.drainHandler(_ -> handOver());
                return;
            }
        }
    }
}

package io.policyengine.kernel.grpc;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.policyengine.core.vertx.Channels;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The refused streams whose end could not be sent because the client does not read. Each takes about 6 KiB until its
 * end is sent. An event loop has at most {@value #MAX}. Beyond that number, it closes the connection whose streams were
 * refused first.
 */
public final class UntakenRefusals {
    /** Maximum refused streams, per event loop, whose end the client has not read. */
    static final int MAX = 1024;

    private final int max;
    /** The number of unsent refusals per connection, in the order of each connection's first refusal. */
    private final Map<HttpConnection, Integer> connections = new LinkedHashMap<>();

    private int all;

    /** Creates an object without refused streams, for one event loop. */
    public UntakenRefusals() {
        this(MAX);
    }

    UntakenRefusals(int max) {
        this.max = max;
    }

    /**
     * Refuses a request, and ends its stream.
     *
     * @param answer writes the answer; does nothing if the error code suffices
     * @param code the HTTP/2 error code for a stream that the client has not ended
     */
    public void refuse(HttpServerRequest request, Runnable answer, long code) {
        HttpConnection connection = request.connection();
        connections.merge(connection, 1, Integer::sum);
        all++;
        request.response().closeHandler(_ -> left(connection));
        answer.run();
        var _ = request.response().reset(code);
        if (all > max) {
            // Writes of this turn may still be waiting for the flush at the turn's end.
            List.copyOf(connections.keySet()).forEach(each -> channel(each).flush());
            closeLongest();
        }
    }

    private void left(HttpConnection connection) {
        Integer its = connections.get(connection);
        if (its != null) {
            all--;
            if (its == 1) {
                connections.remove(connection);
            } else {
                connections.put(connection, its - 1);
            }
        }
    }

    private void closeLongest() {
        Iterator<Map.Entry<HttpConnection, Integer>> longest =
                connections.entrySet().iterator();
        if (all > max && longest.hasNext()) {
            Map.Entry<HttpConnection, Integer> next = longest.next();
            longest.remove();
            all -= next.getValue();
            // A close from the end of the pipeline would wait for the streams of a client that does not read.
            var _ = channel(next.getKey())
                    .pipeline()
                    .context(Http2ConnectionHandler.class)
                    .close();
        }
    }

    private static Channel channel(HttpConnection connection) {
        return Channels.of(connection);
    }
}

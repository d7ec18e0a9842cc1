package io.policyengine.app.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.envoyproxy.envoy.service.ext_proc.v3.ProtocolConfiguration;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** Exchanges that an Envoy keeps open on an engine: those that end are begun again, each from a client address of its own. */
final class Flood implements AutoCloseable {
    static final int CONNECTIONS = 8;

    private static final long PAUSE_MS = 1_000;

    private final Vertx vertx = Vertx.vertx();
    private final EnvoySim envoy;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean isOver;

    /** One that has not begun. */
    Flood(int port) {
        envoy = EnvoySim.builder(vertx)
                .target(SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                .connections(CONNECTIONS)
                .build();
    }

    /**
     * Keeps so many exchanges open.
     *
     * @param body empty for a request whose body does not come
     * @param isWhole true if it ends with these bytes
     */
    void keep(int exchanges, String route, byte[] body, boolean isWhole, String... fields) {
        for (int i = 0; i < exchanges; i++) {
            begin(route, body, isWhole, fields);
        }
    }

    private void begin(String route, byte[] body, boolean isWhole, String... fields) {
        RawStream stream = open(route, fields);
        if (body.length > 0) {
            stream.send(ProcessingRequest.newBuilder()
                    .setRequestBody(HttpBody.newBuilder()
                            .setBody(ByteString.copyFrom(body))
                            .setEndOfStream(isWhole))
                    .build());
        }
        leaveOnceOver(stream, isWhole);
        stream.ended().onComplete(_ -> {
            if (!isOver) {
                vertx.setTimer(PAUSE_MS, _ -> begin(route, body, isWhole, fields));
            }
        });
    }

    private RawStream open(String route, String... fields) {
        int number = begun.incrementAndGet();
        return envoy.rawStream().send(headers(route, "192.0." + (number >> 8 & 0xff) + "." + (number & 0xff), fields));
    }

    /** As Envoy does: at once when the engine answers the client, and when all that was asked is answered. */
    private static void leaveOnceOver(RawStream stream, boolean isWhole) {
        stream.next().onSuccess(answer -> {
            if (answer.hasImmediateResponse() || (isWhole && answer.hasRequestBody())) {
                stream.leave();
            } else {
                leaveOnceOver(stream, isWhole);
            }
        });
    }

    /** True if a request that only has fields is let pass. */
    boolean passes(String route) {
        RawStream stream = open(route);
        ProcessingResponse answer = Await.result(stream.next());
        stream.leave();
        return answer.hasRequestHeaders();
    }

    private static ProcessingRequest headers(String route, String client, String... fields) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        add(map, ":method", "POST", ":path", "/", ":scheme", "http", ":authority", "a", "x-forwarded-for", client);
        add(map, fields);
        Value name = Value.newBuilder().setStringValue(route).build();
        return ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder().setHeaders(map))
                .putAttributes(
                        "envoy.filters.http.ext_proc",
                        Struct.newBuilder().putFields("xds.route_name", name).build())
                .setProtocolConfig(
                        ProtocolConfiguration.newBuilder().setRequestBodyMode(BodySendMode.FULL_DUPLEX_STREAMED))
                .build();
    }

    private static void add(HeaderMap.Builder map, String... fields) {
        for (int i = 0; i < fields.length; i += 2) {
            map.addHeaders(
                    HeaderValue.newBuilder().setKey(fields[i]).setRawValue(ByteString.copyFromUtf8(fields[i + 1])));
        }
    }

    /** Begins none again. */
    void end() {
        isOver = true;
    }

    @Override
    public void close() {
        end();
        Await.result(vertx.close());
    }
}

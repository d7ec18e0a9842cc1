package io.policyengine.testkit.trace;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.policyengine.testkit.time.Await;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * A receiver of OTLP traces on one port: HTTP ({@code /v1/traces}) in Protobuf or JSON, and gRPC without TLS.
 *
 * <pre>{@code
 * try (OtlpReceiver receiver = OtlpReceiver.start()) {
 *     // tracing: { enabled: true, endpoint: receiver.url() }
 *     receiver.await(spans -> spans.stream().anyMatch(span -> span.name().equals("kernel.process_request")));
 * }
 * }</pre>
 */
public final class OtlpReceiver implements AutoCloseable {
    private static final String GRPC = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    private static final String HTTP = "/v1/traces";
    private static final int PREFIX = 5;

    private final Vertx vertx = Vertx.vertx();
    private final List<ReceivedSpan> spans = new CopyOnWriteArrayList<>();
    private final List<MultiMap> headers = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    private OtlpReceiver(int port, HttpServerOptions options) {
        server = Await.result(vertx.createHttpServer(options.setHttp2ClearTextEnabled(true))
                .requestHandler(this::receive)
                .listen(port, "127.0.0.1"));
    }

    /** Starts a receiver on a free loopback port. */
    public static OtlpReceiver start() {
        return startOn(0);
    }

    /** Starts a receiver with these options on a free loopback port. */
    public static OtlpReceiver with(HttpServerOptions options) {
        return new OtlpReceiver(0, options);
    }

    /** Starts a receiver on this loopback port. */
    public static OtlpReceiver startOn(int port) {
        return new OtlpReceiver(port, new HttpServerOptions());
    }

    public int port() {
        return server.actualPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Returns the received spans in order of arrival. All spans of one export become visible at once. */
    public List<ReceivedSpan> spans() {
        return List.copyOf(spans);
    }

    /** Returns the HTTP header fields of each Protobuf export. They are recorded before the spans of the export. */
    public List<MultiMap> headers() {
        return List.copyOf(headers);
    }

    /** Waits until the received spans satisfy the predicate, and returns the spans. */
    public List<ReceivedSpan> await(Predicate<List<ReceivedSpan>> wanted) {
        Await.until("the spans have arrived", () -> wanted.test(spans()));
        return spans();
    }

    private void receive(HttpServerRequest request) {
        boolean grpc = GRPC.equals(request.path());
        if (!grpc && !HTTP.equals(request.path())) {
            request.response().setStatusCode(404).end();
            return;
        }
        request.body().onSuccess(body -> {
            try {
                if ("application/json".equals(request.getHeader("content-type"))) {
                    spans.addAll(ReceivedSpan.ofJson(body.toString()).toList());
                    request.response().end();
                    return;
                }
                List<ReceivedSpan> sent = spansOf(ExportTraceServiceRequest.parseFrom(
                        (grpc ? body.slice(PREFIX, body.length()) : body).getBytes()));
                headers.add(request.headers());
                spans.addAll(sent);
                answer(request.response(), grpc);
            } catch (InvalidProtocolBufferException malformed) {
                request.response().setStatusCode(400).end();
            }
        });
    }

    private static void answer(HttpServerResponse response, boolean grpc) {
        if (grpc) {
            response.putHeader("content-type", "application/grpc").setChunked(true);
            response.putTrailer("grpc-status", "0");
            response.end(Buffer.buffer(new byte[PREFIX]));
        } else {
            response.putHeader("content-type", "application/x-protobuf").end();
        }
    }

    private static List<ReceivedSpan> spansOf(ExportTraceServiceRequest export) {
        List<ReceivedSpan> sent = new ArrayList<>();
        for (ResourceSpans resource : export.getResourceSpansList()) {
            Map<String, String> attributes =
                    ReceivedSpan.attributes(resource.getResource().getAttributesList());
            String service = attributes.getOrDefault(ReceivedSpan.SERVICE_NAME, "");
            resource.getScopeSpansList().stream()
                    .flatMap(scope -> scope.getSpansList().stream())
                    .map(span -> ReceivedSpan.of(service, span))
                    .forEach(sent::add);
        }
        return sent;
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}

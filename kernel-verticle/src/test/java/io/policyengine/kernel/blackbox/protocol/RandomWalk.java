package io.policyengine.kernel.blackbox.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.BodySendMode;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpTrailers;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest.RequestCase;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.RawStream;
import io.policyengine.testkit.envoy.StreamEnd;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One ext_proc stream with messages by chance, most of them in an order that Envoy might send, some not. The seed decides all that
 * the client does; when answers come in between is up to the engine. At its end all that was begun is completed, so that the
 * engine owes an end or all answers; or the client leaves earlier.
 */
final class RandomWalk {
    private static final int MAX_MESSAGES = 12;
    private static final List<String> CHUNKS =
            List.of("one", "two", "a secret", "stop here", "forbidden", "this will fail", "");
    private static final List<BodySendMode> MODES = List.of(
            BodySendMode.NONE,
            BodySendMode.STREAMED,
            BodySendMode.BUFFERED,
            BodySendMode.BUFFERED_PARTIAL,
            BodySendMode.FULL_DUPLEX_STREAMED);

    private final long seed;
    private final SplittableRandom random;
    private final WalkHistory history;
    private final RawStream stream;
    private final WalkSide request = new WalkSide();
    private final WalkSide response = new WalkSide();
    private final Promise<Void> settled = Promise.promise();
    private boolean first = true;

    /** What was sent of a direction. */
    private static final class WalkSide {
        private boolean begun;
        private boolean over;
    }

    private RandomWalk(long seed, EnvoySim sim, List<String> routes) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.stream = sim.rawStream();
        this.history = new WalkHistory(pick(routes), pick(MODES), pick(MODES), random.nextInt(8) == 0);
    }

    /** Walks; throws AssertionError with the seed and the history if the engine breaks a rule. */
    static void walk(long seed, EnvoySim sim, List<String> routes) {
        new RandomWalk(seed, sim, routes).walk();
    }

    private void walk() {
        listen();
        int messages = 1 + random.nextInt(MAX_MESSAGES);
        for (int i = 0; i < messages; i++) {
            send(random.nextInt(12) == 0 ? anyMessage() : likelyMessage());
        }
        if (random.nextInt(6) == 0) {
            leave();
            return;
        }
        complete(request, true);
        complete(response, false);
        look();
        await(settled.future(), "neither answered nor ended");
        leave();
    }

    private void leave() {
        history.left();
        switch (random.nextInt(3)) {
            case 0 -> stream.leave();
            case 1 -> stream.reset();
            default -> stream.halfClose();
        }
        await(stream.ended(), "the stream does not end");
        failIfWrong();
    }

    private void await(Future<?> future, String problem) {
        try {
            future.await(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw failure(problem);
        }
        failIfWrong();
    }

    private void failIfWrong() {
        String wrong = history.wrong();
        if (wrong != null) {
            throw failure(wrong);
        }
    }

    private AssertionError failure(String problem) {
        return new AssertionError("seed " + seed + ": " + problem + "\n" + history);
    }

    private void listen() {
        Future<ProcessingResponse> next = stream.next();
        next.onSuccess(answer -> {
            history.answered(answer);
            look();
            listen();
        });
        next.onFailure(_ -> {
            StreamEnd end = stream.ended().result();
            history.ended(end);
            look();
        });
    }

    private void look() {
        if (history.isSettled()) {
            settled.tryComplete();
        }
    }

    private void send(ProcessingRequest.Builder message) {
        if (first && message.getRequestCase() != RequestCase.REQUEST_NOT_SET) {
            first = false;
            message.setProtocolConfig(history.protocol())
                    .putAttributes(
                            "envoy.filters.http.ext_proc",
                            Struct.newBuilder()
                                    .putFields(
                                            "xds.route_name",
                                            Value.newBuilder()
                                                    .setStringValue(history.route())
                                                    .build())
                                    .build());
        }
        ProcessingRequest built = message.build();
        history.sent(built);
        stream.send(built);
    }

    /** Ends what was begun. */
    private void complete(WalkSide side, boolean isRequest) {
        if (side.begun && !side.over) {
            side.over = true;
            send(body(isRequest, "", true));
        }
    }

    private ProcessingRequest.Builder likelyMessage() {
        boolean isRequest = response.over || !request.begun || (!request.over && random.nextInt(3) > 0);
        WalkSide side = isRequest ? request : response;
        if (!side.begun) {
            side.begun = true;
            side.over = random.nextInt(5) == 0;
            return headers(isRequest, side.over);
        }
        if (side.over) {
            return anyMessage();
        }
        if (random.nextInt(6) == 0) {
            side.over = true;
            return trailers(isRequest);
        }
        side.over = random.nextInt(4) == 0;
        return body(isRequest, pick(CHUNKS), side.over);
    }

    private ProcessingRequest.Builder anyMessage() {
        boolean isRequest = random.nextBoolean();
        boolean last = random.nextBoolean();
        WalkSide side = isRequest ? request : response;
        int kind = random.nextInt(7);
        if (kind == 0) {
            return ProcessingRequest.newBuilder();
        }
        side.begun = true;
        side.over |= last || kind == 1;
        return switch (kind) {
            case 1 -> trailers(isRequest);
            case 2, 3, 4 -> headers(isRequest, last);
            default -> body(isRequest, pick(CHUNKS), last);
        };
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static ProcessingRequest.Builder headers(boolean isRequest, boolean last) {
        HttpHeaders headers = HttpHeaders.newBuilder()
                .setHeaders(
                        isRequest
                                ? fields(
                                        ":method", "POST", ":scheme", "http", ":authority", "example.com", ":path", "/")
                                : fields(":status", "200"))
                .setEndOfStream(last)
                .build();
        return isRequest
                ? ProcessingRequest.newBuilder().setRequestHeaders(headers)
                : ProcessingRequest.newBuilder().setResponseHeaders(headers);
    }

    private static ProcessingRequest.Builder body(boolean isRequest, String text, boolean last) {
        HttpBody body = HttpBody.newBuilder()
                .setBody(ByteString.copyFromUtf8(text))
                .setEndOfStream(last)
                .build();
        return isRequest
                ? ProcessingRequest.newBuilder().setRequestBody(body)
                : ProcessingRequest.newBuilder().setResponseBody(body);
    }

    private static ProcessingRequest.Builder trailers(boolean isRequest) {
        HttpTrailers trailers =
                HttpTrailers.newBuilder().setTrailers(fields("x-trailer", "1")).build();
        return isRequest
                ? ProcessingRequest.newBuilder().setRequestTrailers(trailers)
                : ProcessingRequest.newBuilder().setResponseTrailers(trailers);
    }

    private static HeaderMap fields(String... namesAndValues) {
        HeaderMap.Builder map = HeaderMap.newBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.addHeaders(HeaderValue.newBuilder()
                    .setKey(namesAndValues[i])
                    .setRawValue(ByteString.copyFromUtf8(namesAndValues[i + 1])));
        }
        return map.build();
    }
}

package io.policyengine.testkit.provider;

import io.policyengine.testkit.time.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.core.JacksonException;

/**
 * An HTTP server (1.1, and 2 without TLS) that answers like model providers. Its APIs are chat completions, responses,
 * messages, content generation and Converse (complete and streamed), batches, a realtime socket, and embeddings. The
 * field {@link AnswerScript#HEADER} of a request selects the behaviour; the default is {@link AnswerScript#HONEST}. It
 * reads paths and bodies as leniently as any server might, so that it understands everything a gateway lets through.
 *
 * <pre>{@code
 * try (FakeProvider provider = FakeProvider.start()) {
 *     // POST /v1/chat/completions at provider.port()
 *     provider.exchanges().getLast().billed();
 * }
 * }</pre>
 */
public final class FakeProvider implements AutoCloseable {
    /** Tokens that are billed for a batch or a realtime socket, although no response reports them. */
    public static final long UNTOLD = ModelAnswer.INPUT + AnswerScript.HONEST.pieces();

    private static final String JSON = "application/json";

    private final Vertx vertx = Vertx.vertx();
    private final List<ProviderExchange> exchanges = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile AnswerScript script = AnswerScript.HONEST;

    private FakeProvider() {
        server = Await.result(
                vertx.createHttpServer().requestHandler(this::receive).listen(0, "127.0.0.1"));
    }

    /** Starts a provider on a free loopback port. */
    public static FakeProvider start() {
        return new FakeProvider();
    }

    public int port() {
        return server.actualPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Returns the received requests, in order of arrival. */
    public List<ProviderExchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Sets the script for requests without their own script. */
    public void answer(AnswerScript otherwise) {
        this.script = otherwise;
    }

    private void receive(HttpServerRequest request) {
        if ("websocket".equalsIgnoreCase(request.getHeader("upgrade"))) {
            ProviderExchange exchange = new ProviderExchange(request, Buffer.buffer());
            exchanges.add(exchange);
            request.toWebSocket().onSuccess(_ -> exchange.bill(UNTOLD));
            return;
        }
        request.body().onSuccess(body -> {
            ProviderExchange exchange = new ProviderExchange(request, body);
            exchanges.add(exchange);
            request.response().exceptionHandler(_ -> exchange.end()).endHandler(_ -> exchange.end());
            request.connection().closeHandler(_ -> exchange.end());
            answer(request, exchange);
        });
    }

    private void answer(HttpServerRequest request, ProviderExchange exchange) {
        HttpServerResponse response = request.response();
        ProviderRequest question;
        try {
            question = ProviderRequest.of(request, exchange.body());
        } catch (JacksonException | IllegalArgumentException broken) {
            answer(response, 400, "{\"error\":{\"message\":\"neither a path nor JSON\"}}");
            return;
        }
        String told = request.getHeader(AnswerScript.HEADER);
        AnswerScript how = told == null ? script : AnswerScript.of(told);
        if (!request.method().equals(HttpMethod.POST)) {
            answer(response, 405, "{\"error\":{\"message\":\"ask by POST\"}}");
        } else if (question.path().endsWith("/embeddings")) {
            answer(response, how.status(), how.status() == 200 ? Embeddings.answer(question.body()) : "{}");
        } else if (question.path().endsWith("/batches") || question.path().endsWith(":batchgeneratecontent")) {
            exchange.bill(UNTOLD);
            answer(response, 200, "{\"id\":\"batch_1\",\"object\":\"batch\",\"status\":\"validating\"}");
        } else if (question.api().isPresent()) {
            answer(response, question, question.api().get(), how, exchange);
        } else {
            answer(response, 404, "{\"error\":{\"message\":\"no such thing\"}}");
        }
    }

    private void answer(
            HttpServerResponse response,
            ProviderRequest question,
            ProviderApi api,
            AnswerScript how,
            ProviderExchange exchange) {
        if (how.status() == 204) {
            response.setStatusCode(204).end();
            return;
        }
        if (how.status() != 200) {
            answer(response, how.status(), api.shape().error(how.status()));
            return;
        }
        ModelAnswer answer = question.answer(how);
        List<Writing> parts = question.streamed()
                ? Writing.stream(answer, api.shape(), how)
                : Writing.whole(answer, api.shape(), how);
        String type = question.streamed() ? api.shape().streamType(answer) : JSON;
        response.setChunked(true).putHeader("content-type", how.contentType().isEmpty() ? type : how.contentType());
        if (how.gzip()) {
            response.putHeader("content-encoding", "gzip");
        }
        if (!parts.isEmpty()) {
            exchange.bill(answer.tokens().input());
        }
        write(response, parts.iterator(), how, exchange);
    }

    private void write(
            HttpServerResponse response, Iterator<Writing> parts, AnswerScript how, ProviderExchange exchange) {
        if (exchange.over()) {
            return;
        }
        if (!parts.hasNext()) {
            end(response, how.end());
            return;
        }
        Writing part = parts.next();
        exchange.bill(part.tokens());
        // One turn per write, so that writes are not merged and the stack does not grow.
        response.write(part.bytes()).onSuccess(_ -> after(how.pause(), () -> write(response, parts, how, exchange)));
    }

    private void after(Duration pause, Runnable next) {
        if (pause.isZero()) {
            vertx.runOnContext(_ -> next.run());
        } else {
            vertx.setTimer(pause.toMillis(), _ -> next.run());
        }
    }

    private static void end(HttpServerResponse response, AnswerScript.Ending end) {
        switch (end) {
            case COMPLETE, EMPTY, TRUNCATED, ERROR, TRAILED -> response.end();
            case BROKEN, SILENT -> response.reset();
            case STALLED, MUTE -> {
                // The response stays open until the client disconnects.
            }
        }
    }

    private static void answer(HttpServerResponse response, int status, String json) {
        response.setStatusCode(status).putHeader("content-type", JSON).end(json);
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}

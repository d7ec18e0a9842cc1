package io.policyengine.app.admin;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.app.envoy.HostPort;
import io.policyengine.core.vertx.EngineVertx;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of a running engine's admin port or socket. The server is not trusted: a response must arrive within {@link
 * #PATIENCE} and may have at most {@value #MAX_BYTES} bytes.
 */
public final class AdminClient implements AutoCloseable {
    /** Maximum time to connect to an admin port, and maximum time to wait for its response. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Maximum size of an answer that is read from an admin port, in bytes. */
    static final int MAX_BYTES = 32 * 1024 * 1024;

    private static final int UNAUTHENTICATED = 401;

    private static final JsonMapper JSON = new JsonMapper();

    private final Vertx vertx;
    private final HttpClient http;
    private final SocketAddress server;
    private final String host;
    private final String name;
    private final String origin;
    private final @Nullable String token;

    private AdminClient(SocketAddress server, String host, String name, String origin, @Nullable String token) {
        this.vertx =
                Vertx.vertx(EngineVertx.options().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) PATIENCE.toMillis())
                .setMaxHeaderSize(16 * 1024));
        this.server = server;
        this.host = host;
        this.name = name;
        this.origin = origin;
        this.token = token;
    }

    /** Creates a client of an admin port. Messages name {@code origin} as the source of the address. */
    static AdminClient of(HostPort address, String origin, @Nullable String token) {
        return new AdminClient(
                SocketAddress.inetSocketAddress(address.port(), address.host()),
                address.bracketedHost(),
                address.text(),
                origin,
                token);
    }

    /** Creates a client of an admin socket. Messages name {@code origin} as the source of the path. */
    static AdminClient ofSocket(Path socket, String origin, @Nullable String token) {
        return new AdminClient(
                SocketAddress.domainSocketAddress(socket.toString()), "localhost", socket.toString(), origin, token);
    }

    /** Returns the engine's address, as shown to users. */
    public String name() {
        return name;
    }

    /**
     * A response of the engine.
     *
     * @param body the parsed body, or a JSON {@code null} node if the body is not JSON
     */
    public record Answer(int status, JsonNode body) {}

    /**
     * Returns the JSON body of the response for a path.
     *
     * @throws CommandFailure if there is no response, or its status is not 200
     */
    public JsonNode getBlocking(String path) {
        Answer answer = askBlocking(path);
        if (answer.status() != 200) {
            throw refusal(path, answer);
        }
        return answer.body();
    }

    /**
     * Returns the failure of a command whose request was refused. Its message explains how to send a token if one is
     * needed.
     */
    public CommandFailure refusal(String path, Answer answer) {
        String detail = Printable.of(answer.body().path("detail").asString(""));
        return CommandFailure.failed(name + path + ": " + answer.status() + " " + detail
                + (answer.status() == UNAUTHENTICATED
                        ? (detail.isEmpty() ? "" : ". ") + "The command sends "
                                + (token == null
                                        ? "no token: name a file with one by "
                                        : "a token that is not valid: see ")
                                + AdminOptions.TOKEN_FILE + " or the variable " + AdminOptions.TOKEN_VARIABLE
                        : ""));
    }

    /**
     * Returns the response for a path, with any status.
     *
     * @throws CommandFailure if there is no response
     */
    public Answer askBlocking(String path) {
        Raw answer = rawBlocking(path);
        return new Answer(answer.status(), json(answer.body()));
    }

    /** A response of the engine as it was received. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Raw(int status, byte[] body) {}

    /**
     * Returns the response for a path as it was received, with any status.
     *
     * @throws CommandFailure if there is no response
     */
    public Raw rawBlocking(String path) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setServer(server)
                .setHost(host)
                .setURI(path)
                .setTimeout(PATIENCE.toMillis());
        if (token != null) {
            options.putHeader("authorization", "Bearer " + token);
        }
        Future<Raw> answer =
                http.request(options).compose(request -> request.send().compose(AdminClient::read));
        try {
            return answer.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds() * 2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            String why = Optional.ofNullable(failure.getCause())
                    .map(Throwable::getMessage)
                    .orElse("no answer in time");
            throw CommandFailure.failed(name + " (" + origin + ") does not answer: " + Printable.of(why)
                    + ". Is the engine running there? Another address can be given by " + EngineAddress.OPTION
                    + ", or the variable " + EngineAddress.VARIABLE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }

    private static Future<Raw> read(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() > MAX_BYTES) {
                response.request().reset();
            } else {
                body.appendBuffer(part);
            }
        });
        return response.end().map(_ -> new Raw(response.statusCode(), body.getBytes()));
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException noJson) {
            return JSON.nullNode();
        }
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException unclosed) {
            // the process ends anyway
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

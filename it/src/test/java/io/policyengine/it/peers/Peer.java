package io.policyengine.it.peers;

import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A program of somebody else's that serves while it is open. */
final class Peer implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;

    private Peer(Process process) {
        this.process = process;
    }

    /**
     * Starts it and waits until it answers 200 at this URL.
     *
     * @param variable of the environment that names the program; {@code ./check peers} sets it
     */
    static Peer start(
            String variable, List<String> arguments, Map<String, String> environment, Path log, String ready) {
        String program = Objects.requireNonNull(System.getenv(variable), variable + " is not set: run ./check peers");
        ProcessBuilder builder = new ProcessBuilder(
                        Stream.concat(Stream.of(program), arguments.stream()).toList())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        try {
            Peer peer = new Peer(builder.start());
            Await.until(variable + " serves, see " + log, () -> isReady(ready));
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isReady(String url) {
        try {
            return send(HttpRequest.newBuilder(URI.create(url))).statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** Posts a text. */
    static HttpResponse<String> post(String url, String contentType, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("content-type", contentType)
                .POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(15)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

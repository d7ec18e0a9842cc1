package io.policyengine.app.demo;

import io.policyengine.app.command.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Sends the requests of a scene through Envoy. */
final class DemoClient implements AutoCloseable {
    /** The header field in which the demo's Envoy reports its response code details. */
    static final String DETAILS_HEADER = "x-demo-details";

    /** Maximum time to wait for the response to a request of the demo. */
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Sends the request of a visit as often as the visit requires, and returns the last outcome. */
    Visit.Outcome visitBlocking(URI base, Visit visit, DemoUpstream upstream) {
        Visit.Outcome outcome = askBlocking(base, visit, upstream);
        for (int i = 1; i < visit.times(); i++) {
            outcome = askBlocking(base, visit, upstream);
        }
        return outcome;
    }

    private Visit.Outcome askBlocking(URI base, Visit visit, DemoUpstream upstream) {
        String body = visit.body();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + visit.path()))
                .timeout(TIMEOUT)
                .method(
                        visit.method(),
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        visit.headers().forEach(request::header);
        try {
            HttpResponse<Stream<String>> response = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
            List<Visit.Outcome.Line> lines;
            try (Stream<String> arriving = response.body()) {
                lines = arriving.map(line -> new Visit.Outcome.Line(line, System.nanoTime()))
                        .toList();
            }
            Map<String, String> headers = new HashMap<>();
            response.headers()
                    .map()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
            String details = headers.remove(DETAILS_HEADER);
            return new Visit.Outcome(
                    response.statusCode(),
                    details == null ? "upstream" : decider(details),
                    headers,
                    lines,
                    upstream.takeLast().orElse(null),
                    upstream.lastChunkSent());
        } catch (IOException | UncheckedIOException e) {
            throw CommandFailure.failed(visit.method() + " " + visit.path() + " failed: " + e.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }

    /**
     * Returns the name of the entry if the details have the engine's form {@code reason:CODE{entry}} or
     * {@code reason:CODE{entry:rule}}, else the details unchanged.
     */
    private static String decider(String details) {
        int open = details.indexOf('{');
        if (open < 0 || !details.endsWith("}")) {
            return details;
        }
        int rule = details.indexOf(':', open);
        return details.substring(open + 1, rule < 0 ? details.length() - 1 : rule);
    }

    /** Returns the text at a URL, or null if the server does not respond or the status is not 200. */
    @Nullable
    String getBlocking(URI uri) {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? response.body() : null;
        } catch (IOException notYet) {
            return null;
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }

    @Override
    public void close() {
        http.close();
    }
}

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
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends the requests of the tour through Envoy. */
final class DemoClient implements AutoCloseable {
    /** The field in which the demo's Envoy says by its response code details who answered. */
    static final String DETAILS_HEADER = "x-demo-details";

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Asks as often as the visit says. */
    Visit.Outcome visitBlocking(URI base, Visit visit) {
        Visit.Outcome outcome = askBlocking(base, visit);
        for (int i = 1; i < visit.times(); i++) {
            outcome = askBlocking(base, visit);
        }
        return outcome;
    }

    private Visit.Outcome askBlocking(URI base, Visit visit) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(visit.path())).timeout(TIMEOUT);
        visit.headers().forEach(request::header);
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Map<String, String> headers = new HashMap<>();
            response.headers()
                    .map()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
            String details = headers.remove(DETAILS_HEADER);
            return new Visit.Outcome(
                    response.statusCode(),
                    details == null ? "upstream" : decider(details),
                    headers,
                    details == null ? upstreamHeaders(response.body()) : Map.of());
        } catch (IOException e) {
            throw CommandFailure.failed("GET " + visit.path() + " failed: " + e.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }

    /** The engine's details are {@code reason{entry}}; others are Envoy's own. */
    private static String decider(String details) {
        int open = details.indexOf('{');
        return open >= 0 && details.endsWith("}") ? details.substring(open + 1, details.length() - 1) : details;
    }

    private static Map<String, String> upstreamHeaders(String body) {
        Map<String, String> headers = new HashMap<>();
        try {
            JsonNode sent = JSON.readTree(body).path("headers");
            sent.properties()
                    .forEach(header -> headers.put(
                            header.getKey().toLowerCase(Locale.ROOT),
                            header.getValue().asString()));
        } catch (JacksonException notTheEcho) {
            headers.clear();
        }
        return headers;
    }

    /** Asks for events, and waits for their end. */
    EventOutcome eventsBlocking(URI base, String path) {
        HttpRequest request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(TIMEOUT).build();
        try {
            HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                return new EventOutcome(
                        response.statusCode(),
                        lines.filter(line -> !line.isEmpty())
                                .map(line -> new EventOutcome.Arrival(line, System.nanoTime()))
                                .toList());
            }
        } catch (IOException | UncheckedIOException e) {
            throw CommandFailure.failed("GET " + path + " failed: " + e.getMessage());
        } catch (InterruptedException e) {
            throw CommandFailure.failed("interrupted");
        }
    }

    /** The text at a URL; null if it is not there or not yet. */
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

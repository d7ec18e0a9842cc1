package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.join;
import static io.policyengine.e2e.attack.Http1.octets;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.e2e.harness.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Scrapers of an engine with many routes, each of which has been called and so has series of its own; some of them read nothing. */
final class ScrapeAttack {
    /** Of a thousand that have a label of their own in the metrics. */
    private static final int ROUTES = 500;

    private static final int SCRAPES = 200;
    private static final int DEAF = 20;
    private static final String FILE = "routes/scraped.yaml";

    private ScrapeAttack() {}

    static long on(Target target) throws IOException {
        int admin = target.stack().engine().metricsPort();
        target.conf()
                .with(
                        FILE,
                        IntStream.range(0, ROUTES)
                                .mapToObj(ScrapeAttack::route)
                                .collect(Collectors.joining("", "route_policies:\n", "")));
        try {
            target.reload();
            callEach(target);
            byte[] again = Http1.repeat(join(Http1.head("GET", "/metrics"), octets("\r\n")), SCRAPES / DEAF);
            try (Wave deaf = target.sockets().openDeaf(admin, DEAF, again);
                    Wave wave = target.sockets().flood(admin, target.figure(SCRAPES), 40, Http1.get("/metrics"))) {
                target.hold();
                return wave.awaitOver().refused() + (long) deaf.over();
            }
        } finally {
            Files.delete(target.conf().directory().resolve(FILE));
            target.reload();
        }
    }

    private static String route(int number) {
        return "  - route_name: " + name(number) + "\n    request_flow: { policy_chain: [{ policy: requestId }] }\n";
    }

    private static String name(int number) {
        return "/scraped/" + number;
    }

    /** Past Envoy, which knows no such routes. */
    private static void callEach(Target target) {
        byte[] calls = Http2.streams(
                ROUTES,
                stream -> join(
                        Http2.headers(stream, Http2.call()),
                        Http2.frame(Http2.DATA, 0, stream, Http2.message(request(stream / 2)))));
        String last = "\"" + name(ROUTES - 1) + "\"";
        // Again, since a busy engine refuses some.
        Eventually.isTrue("series of each route", () -> {
            try (Wave _ = target.toEngine(1, join(Http2.preface(), calls)).awaitOpen()) {
                target.good().awaitMore(20);
            }
            return target.stack().metrics().keySet().stream().anyMatch(sample -> sample.contains(last));
        });
    }

    private static byte[] request(int route) {
        Value name = Value.newBuilder().setStringValue(name(route)).build();
        HeaderValue method =
                HeaderValue.newBuilder().setKey(":method").setValue("GET").build();
        return ProcessingRequest.newBuilder()
                .setRequestHeaders(HttpHeaders.newBuilder()
                        .setHeaders(HeaderMap.newBuilder().addHeaders(method))
                        .setEndOfStream(true))
                .putAttributes(
                        "envoy.filters.http.ext_proc",
                        Struct.newBuilder().putFields("xds.route_name", name).build())
                .build()
                .toByteArray();
    }
}

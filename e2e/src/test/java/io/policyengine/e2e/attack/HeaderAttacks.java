package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.get;
import static io.policyengine.e2e.attack.Http1.head;
import static io.policyengine.e2e.attack.Http1.join;

import io.policyengine.e2e.attack.Attack.Assault;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Attacks by request lines and fields, by way of Envoy. */
final class HeaderAttacks {
    private static final int STREAMS = 100;
    private static final int FIELDS = 80;
    private static final int PARTS = 9_000;

    private HeaderAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.onBoth("repeated fields on many streams", target -> repeated(target, "/open?evil=silent")),
                Attack.of("repeated fields on a route with policies", target -> repeated(target, "/keys?evil=silent")),
                Attack.of("trace states of fifty kilobytes", HeaderAttacks::traceState),
                Attack.onBoth("slow fields", HeaderAttacks::slow),
                Attack.of("header blocks without an end", HeaderAttacks::unended),
                Attack.onBoth("queries of thousands of parts", flood(20, "/conditional?" + parts("&"))),
                Attack.of("cookies of thousands of parts", flood(20, "/conditional", "cookie: " + parts("; "))),
                Attack.of("keys among thousands of cookies", flood(20, "/keys", "cookie: " + parts("; "))),
                Attack.of("paths of nested encodings", flood(50, "/open/" + "%25".repeat(15_000))),
                Attack.of(
                        "huge tokens",
                        flood(20, "/private", "authorization: Basic " + basic("alice:" + "x".repeat(40_000)))),
                Attack.onBoth("wrong passwords of one client", HeaderAttacks::guess),
                Attack.of("wrong passwords from many addresses", HeaderAttacks::guessFromMany));
    }

    /** Ten thousand octets on the wire that stand for 47 MB of fields, on each connection. */
    private static long repeated(Target target, String path) {
        byte[] fields = join(
                Http2.request("GET", path),
                Http2.inserted("x-a", "a".repeat(580)),
                Http1.repeat(new byte[] {Http2.LAST_INSERTED}, FIELDS));
        byte[] further = join(Http2.request("GET", path), Http1.repeat(new byte[] {Http2.LAST_INSERTED}, FIELDS));
        byte[] streams = Http2.streams(
                STREAMS,
                stream -> Http2.frame(
                        Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, stream, stream == 1 ? fields : further));
        try (Wave _ = target.toEnvoy(target.figure(10), join(Http2.preface(), streams))
                .awaitOpen()) {
            target.hold();
            return 0;
        }
    }

    /** An Envoy that traces passes them on to the engine beside the fields of the request, too: as metadata of the stream. */
    private static long traceState(Target target) {
        byte[] fields = Http2.request(
                "GET",
                "/open?evil=silent",
                "traceparent: 00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-00",
                "tracestate: a=" + "b".repeat(50_000));
        byte[] streams = Http2.streams(STREAMS, stream -> Http2.headers(stream, fields));
        try (Wave _ =
                target.toEnvoy(target.figure(2), join(Http2.preface(), streams)).awaitOpen()) {
            target.hold();
            return 0;
        }
    }

    private static long slow(Target target) {
        try (Wave wave =
                target.toEnvoy(target.figure(200), head("GET", "/open")).awaitOpen()) {
            wave.drip(Http1.octets("x-a: b\r\n"), 50);
            target.hold();
            return 0;
        }
    }

    private static long unended(Target target) {
        byte[] begun = Http2.frame(Http2.HEADERS, Http2.END_STREAM, 1, Http2.request("GET", "/open"));
        byte[] more = Http2.frame(Http2.CONTINUATION, 0, 1, Http2.field("x-a", "a".repeat(1_000)));
        try (Wave wave =
                target.toEnvoy(target.figure(20), join(Http2.preface(), begun)).awaitOpen()) {
            wave.drip(more, 5);
            target.hold();
            return 0;
        }
    }

    /** Some 54 kB, of names and values that are all different. */
    private static String parts(String separator) {
        return IntStream.range(0, PARTS / separator.length() / 2)
                .mapToObj(i -> Integer.toString(i, 36) + "=" + (i % 10) + "aaaa")
                .collect(Collectors.joining(separator));
    }

    private static String basic(String credentials) {
        return Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static Assault flood(int atATime, String path, String... fields) {
        byte[] request = get(path, fields);
        return target -> {
            try (Wave wave = target.flood(target.figure(100), atATime, request)) {
                target.hold();
                wave.awaitOver();
                return 0;
            }
        };
    }

    private static long guess(Target target) {
        return guess(target.flood(target.figure(100), 20, guessed()), target);
    }

    private static long guessFromMany(Target target) {
        return guess(target.floodFromMany(target.figure(100), 20, guessed()), target);
    }

    private static byte[] guessed() {
        return get("/private", "authorization: Basic " + basic("alice:guess"));
    }

    private static long guess(Wave wave, Target target) {
        try (wave) {
            target.hold();
            wave.awaitOver();
            return 0;
        }
    }
}

package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.announced;
import static io.policyengine.e2e.attack.Http1.chunk;
import static io.policyengine.e2e.attack.Http1.chunked;
import static io.policyengine.e2e.attack.Http1.join;
import static io.policyengine.e2e.attack.Http1.octets;
import static io.policyengine.e2e.attack.Http1.post;

import io.policyengine.e2e.attack.Attack.Assault;
import java.util.List;

/** Attacks by bodies of requests, by way of Envoy. */
final class BodyAttacks {
    private static final String JSON = "content-type: application/json";
    private static final int MIB = 1 << 20;
    private static final int STREAMS = 100;
    private static final int DRIP_MS = 50;

    private BodyAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.onBoth("JSON of many small values", flood(24, 24, json(MIB - 100))),
                Attack.onBoth(
                        "JSON of many small values, coded",
                        flood(20, 20, post("/json", Bombs.gzip(values(MIB - 100)), JSON, "content-encoding: gzip"))),
                Attack.of("JSON of great depth", flood(100, 20, deep())),
                Attack.of("JSON of one long number", flood(50, 10, number())),
                Attack.onBoth(
                        "large bodies to an upstream that does not answer",
                        flood(250, 250, post("/whole?evil=silent", new byte[MIB - 1000]))),
                Attack.onBoth("large bodies, many at once", flood(100, 50, post("/whole", new byte[MIB - 1000]))),
                Attack.onBoth("announced bodies that never come", BodyAttacks::silent),
                Attack.onBoth("a chunked body beyond the limit", BodyAttacks::tooLong),
                Attack.onBoth("slow bodies that are gathered", target -> slow(target, "/whole")),
                Attack.of("slow bodies in chunks", target -> slow(target, "/chunks")),
                Attack.of("slow bodies that no policy reads", target -> slow(target, "/open")),
                Attack.of("chunks of one octet that are gathered", target -> tiny(target, "/whole")),
                Attack.of("chunks of one octet", target -> tiny(target, "/chunks")),
                Attack.of("frames without an octet", BodyAttacks::empty),
                Attack.of("trailers without an end", BodyAttacks::trailers),
                Attack.of("bodies that are announced by Expect and never come", BodyAttacks::expecting),
                Attack.of("clients that leave in the middle", BodyAttacks::leave));
    }

    private static byte[] values(int length) {
        return join(octets("[{}"), octets(",{}".repeat(length / 3 - 2)), octets("]"));
    }

    private static byte[] json(int length) {
        return post("/json", values(length), JSON);
    }

    private static byte[] deep() {
        return post("/json", octets("[".repeat(400_000)), JSON);
    }

    private static byte[] number() {
        return post("/json", octets("{\"a\":" + "9".repeat(900_000) + "}"), JSON);
    }

    /** What has not been answered when the time is over ends by RST. */
    private static Assault flood(int requests, int atATime, byte[] request) {
        return target -> {
            Wave wave = target.flood(target.figure(requests), atATime, request);
            target.hold();
            wave.reset();
            return 0;
        };
    }

    private static long silent(Target target) {
        byte[] fields = Http2.request("POST", "/whole", "content-length: 1000");
        byte[] streams =
                Http2.streams(STREAMS, stream -> Http2.frame(Http2.HEADERS, Http2.END_HEADERS, stream, fields));
        try (Wave _ = target.toEnvoyFromMany(target.figure(40), join(Http2.preface(), streams))
                .awaitOpen()) {
            target.hold();
            return 0;
        }
    }

    private static long tooLong(Target target) {
        byte[] request = chunked("/whole", chunk(new byte[64 << 10]));
        try (Wave wave = target.toEnvoy(target.figure(20), request).awaitOpen()) {
            for (int i = 0; i < 20; i++) {
                wave.say(chunk(new byte[64 << 10]));
            }
            target.hold();
            return 0;
        }
    }

    private static long slow(Target target, String path) {
        try (Wave wave = target.toEnvoy(target.figure(200), announced(path, 100_000, octets("a")))
                .awaitOpen()) {
            wave.drip(octets("b"), DRIP_MS);
            target.hold();
            return 0;
        }
    }

    private static long tiny(Target target, String path) {
        byte[] chunks = Http1.repeat(chunk(octets("x")), 100);
        try (Wave wave =
                target.toEnvoy(target.figure(10), chunked(path, chunks)).awaitOpen()) {
            wave.drip(chunks, 10);
            target.hold();
            return 0;
        }
    }

    private static long empty(Target target) {
        byte[] begun = Http2.frame(Http2.HEADERS, Http2.END_HEADERS, 1, Http2.request("POST", "/chunks"));
        byte[] nothing = Http1.repeat(Http2.frame(Http2.DATA, 0, 1, new byte[0]), 20);
        try (Wave wave =
                target.toEnvoy(target.figure(20), join(Http2.preface(), begun)).awaitOpen()) {
            wave.drip(nothing, 10);
            target.hold();
            return 0;
        }
    }

    private static long trailers(Target target) {
        byte[] ended = join(chunk(octets("x")), octets("0\r\n"));
        try (Wave wave =
                target.toEnvoy(target.figure(50), chunked("/whole", ended)).awaitOpen()) {
            wave.drip(octets("x-trailer: " + "a".repeat(200) + "\r\n"), 10);
            target.hold();
            return 0;
        }
    }

    private static long expecting(Target target) {
        byte[] request = announced("/whole", 1_000, new byte[0], "expect: 100-continue");
        try (Wave _ = target.toEnvoy(target.figure(200), request).awaitOpen()) {
            target.hold();
            return 0;
        }
    }

    /** Before the request has ended, in its body, while the upstream works, and while it answers. */
    private static long leave(Target target) {
        List<byte[]> phases = List.of(
                Http1.head("POST", "/whole"),
                announced("/whole", 100_000, new byte[50_000]),
                announced("/chunks", 100_000, new byte[50_000]),
                Http1.get("/open?evil=silent"),
                Http1.get("/chunked-answers?evil=drip"),
                Http1.get("/whole-answers?evil=drip"));
        for (int round = 0; round < target.figure(3); round++) {
            for (byte[] phase : phases) {
                Wave wave = target.toEnvoy(20, phase).awaitOpen();
                target.good().awaitMore(10);
                wave.reset();
            }
        }
        return 0;
    }
}

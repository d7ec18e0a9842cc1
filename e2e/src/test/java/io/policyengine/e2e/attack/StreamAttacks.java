package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.join;

import java.util.List;
import java.util.function.IntFunction;

/** Attacks on the engine's own port by streams that no exchange counts: refused ones, too many, with much metadata, and those of health. */
final class StreamAttacks {
    private static final String NO_METHOD = "/no.such/Method";
    private static final String WATCH = "/grpc.health.v1.Health/Watch";

    /** What the buffers of the system hold of refusals, and half as many. */
    private static final int UNTAKEN = 100_000;

    /** Octets of metadata on a stream: a little less than the engine takes. */
    private static final int METADATA = 60_000;

    private StreamAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.onBoth(
                        "refused requests that do not end",
                        target -> hold(target, target.figure(10), 1_000, StreamAttacks::refused)),
                Attack.of("refused requests of clients that do not read", StreamAttacks::untaken),
                Attack.onBoth(
                        "streams with much metadata",
                        target -> hold(target, target.figure(8), 250, StreamAttacks::withMetadata)),
                Attack.of(
                        "more streams than a connection may have",
                        target -> hold(target, target.figure(4), 2_500, StreamAttacks::begun)),
                Attack.of("watches of health", target -> hold(target, target.figure(5), 100, StreamAttacks::watch)));
    }

    /** Keeps so many streams open on each of some connections, which obey the engine's settings. */
    private static long hold(Target target, int connections, int streams, IntFunction<byte[]> frames) {
        byte[] says = join(Http2.preface(), Http2.settingsTaken(), Http2.streams(streams, frames));
        try (Wave wave = target.toEngine(connections, says).awaitOpen()) {
            target.hold();
            return wave.over();
        }
    }

    /** The time for which the good client is watched: an unverified peer waits for its refusals. */
    private static long untaken(Target target) {
        byte[] says = join(Http2.preface(), Http2.streams(UNTAKEN, StreamAttacks::refused));
        try (Wave wave = target.sockets()
                .openDeaf(target.stack().engine().port(), target.figure(1), says)
                .awaitOpen()) {
            target.hold();
            return wave.over();
        }
    }

    private static byte[] refused(int stream) {
        return Http2.headers(stream, Http2.request("POST", NO_METHOD, "content-type: application/grpc"));
    }

    private static byte[] withMetadata(int stream) {
        return Http2.headers(stream, join(Http2.call(), Http2.field("tracestate", "a".repeat(METADATA))));
    }

    private static byte[] begun(int stream) {
        return join(Http2.headers(stream, Http2.call()), Http2.frame(Http2.DATA, 0, stream, new byte[1]));
    }

    private static byte[] watch(int stream) {
        return join(
                Http2.headers(stream, Http2.request("POST", WATCH, "content-type: application/grpc", "te: trailers")),
                Http2.frame(Http2.DATA, 0, stream, Http2.message(new byte[0])));
    }
}

package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.join;

import io.policyengine.e2e.attack.Attack.Assault;
import io.policyengine.e2e.harness.Load;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Random;

/** Attacks on the engine's own port, by who reaches it past Envoy. */
final class EnginePortAttacks {
    private static final int STREAMS = 100;

    /** The prefix of a message of 8 MB, which may be that long, and one octet of it. */
    private static final byte[] BEGUN = {0, 0, 0x7a, 0, 0, 10};

    private static final byte[] GIANT = {0, 0x7f, -1, -1, -1, 10};
    private static final byte[] COMPRESSED = {1, 0, 0, 0, 1, 10};
    private static final byte[] UNREADABLE = {0, 0, 0, 0, 4, -1, -1, -1, -1};

    private EnginePortAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.onBoth("messages of which only one octet arrives", target -> calls(target, BEGUN)),
                Attack.onBoth("streams that send nothing", target -> calls(target, new byte[0])),
                Attack.of("a giant length of a message", target -> calls(target, GIANT)),
                Attack.of("messages that claim to be compressed", target -> calls(target, COMPRESSED)),
                Attack.of("messages that cannot be decoded", target -> calls(target, UNREADABLE)),
                Attack.of("messages of millions of values", values(manyValues())),
                Attack.of("garbage on the engine's port", EnginePortAttacks::garbage),
                Attack.of("connections to the engine that send nothing", EnginePortAttacks::idle),
                Attack.of("pings without an end", EnginePortAttacks::pings),
                Attack.of("header blocks without an end, on the engine's port", EnginePortAttacks::unended),
                Attack.of("calls that are opened and reset", EnginePortAttacks::rapidReset));
    }

    private static long calls(Target target, byte[] says) {
        byte[] streams = Http2.streams(
                STREAMS,
                stream -> join(
                        Http2.frame(Http2.HEADERS, Http2.END_HEADERS, stream, Http2.call()),
                        Http2.frame(Http2.DATA, 0, stream, says)));
        try (Wave wave = target.toEngine(target.figure(5), join(Http2.preface(), streams))
                .awaitOpen()) {
            target.hold();
            return wave.refused();
        }
    }

    /** Messages of almost 8 MiB, of request headers whose fields are empty: each takes two bytes. */
    private static Buffer manyValues() {
        Buffer message = Buffer.buffer().appendByte((byte) 0).appendInt(8_000_010);
        delimited(delimited(message, 2, 8_000_005), 1, 8_000_000);
        return message.appendBytes(Http1.repeat(new byte[] {(1 << 3) | 2, 0}, 4_000_000));
    }

    private static Assault values(Buffer message) {
        return target -> sendEach(target, message);
    }

    private static long sendEach(Target target, Buffer message) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        HttpClient http = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        try {
            for (int i = 0; i < target.figure(3); i++) {
                var _ = http.request(HttpMethod.POST, target.stack().engine().port(), "127.0.0.1", Http2.CALL)
                        .compose(request -> request.putHeader("content-type", "application/grpc")
                                .putHeader("te", "trailers")
                                .send(message));
            }
            target.hold();
            return 0;
        } finally {
            Load.await(vertx.close());
        }
    }

    /** The beginning of a field of so many bytes. */
    private static Buffer delimited(Buffer message, int field, int length) {
        message.appendByte((byte) ((field << 3) | 2));
        int rest = length;
        for (; rest >= 0x80; rest >>>= 7) {
            message.appendByte((byte) ((rest & 0x7F) | 0x80));
        }
        return message.appendByte((byte) rest);
    }

    private static long garbage(Target target) {
        byte[] octets = new byte[10_000];
        new Random(7).nextBytes(octets);
        try (Wave wave = target.toEngine(target.figure(50), join(Http2.preface(), octets));
                Wave plain = target.toEngine(target.figure(50), octets)) {
            target.hold();
            return (long) wave.over() + plain.over();
        }
    }

    private static long idle(Target target) {
        try (Wave wave = target.toEngine(target.figure(200), new byte[0]).awaitOpen()) {
            target.hold();
            return wave.refused();
        }
    }

    private static long pings(Target target) {
        byte[] pings = Http1.repeat(Http2.frame(Http2.PING, 0, 0, new byte[8]), 200);
        try (Wave wave = target.sockets()
                .openDeaf(target.stack().engine().port(), target.figure(5), Http2.preface())
                .awaitOpen()) {
            wave.drip(pings, 5);
            target.hold();
            return wave.over();
        }
    }

    private static long unended(Target target) {
        byte[] begun = Http2.frame(Http2.HEADERS, 0, 1, Http2.call());
        byte[] more = Http2.frame(Http2.CONTINUATION, 0, 1, Http2.field("x-a", "a".repeat(1_000)));
        try (Wave wave =
                target.toEngine(target.figure(20), join(Http2.preface(), begun)).awaitOpen()) {
            wave.drip(more, 5);
            target.hold();
            return wave.over();
        }
    }

    private static long rapidReset(Target target) {
        byte[] streams = Http2.streams(
                5 * STREAMS,
                stream ->
                        join(Http2.frame(Http2.HEADERS, Http2.END_HEADERS, stream, Http2.call()), Http2.reset(stream)));
        try (Wave wave = target.toEngine(target.figure(5), join(Http2.preface(), streams))
                .awaitOpen()) {
            target.hold();
            return wave.refused();
        }
    }
}

package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.get;
import static io.policyengine.e2e.attack.Http1.join;
import static io.policyengine.e2e.attack.Http1.octets;

import java.util.List;

/** Attacks by connections to Envoy. */
final class ConnectionAttacks {
    private static final int STREAMS = 100;

    private ConnectionAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.onBoth("streams that are opened and reset", ConnectionAttacks::rapidReset),
                Attack.of("connections that send nothing", target -> open(target, new byte[0])),
                Attack.of(
                        "tunnels", target -> open(target, octets("CONNECT /open HTTP/1.1\r\nhost: localhost\r\n\r\n"))),
                Attack.of(
                        "upgrades",
                        target -> open(
                                target,
                                Http1.join(
                                        Http1.head(
                                                "GET",
                                                "/open?evil=silent",
                                                "connection: upgrade",
                                                "upgrade: websocket",
                                                "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
                                                "sec-websocket-version: 13"),
                                        octets("\r\n")))),
                Attack.onBoth("clients that do not read their answers", ConnectionAttacks::deaf),
                Attack.of("many requests in one packet", ConnectionAttacks::pipelined));
    }

    private static long open(Target target, byte[] says) {
        try (Wave _ = target.toEnvoy(target.figure(200), says).awaitOpen()) {
            target.hold();
            return 0;
        }
    }

    private static long rapidReset(Target target) {
        byte[] fields = Http2.request("GET", "/keys");
        byte[] streams = Http2.streams(
                STREAMS,
                stream -> join(
                        Http2.frame(Http2.HEADERS, Http2.END_HEADERS | Http2.END_STREAM, stream, fields),
                        Http2.reset(stream)));
        Wave wave = target.flood(target.figure(40), 5, join(Http2.preface(), streams));
        target.hold();
        wave.reset();
        return 0;
    }

    private static long deaf(Target target) {
        try (Wave _ = target.deafToEnvoy(target.figure(50), get("/chunked-answers?evil=endless"))
                .awaitOpen()) {
            target.hold();
            return 0;
        }
    }

    private static long pipelined(Target target) {
        byte[] requests = Http1.repeat(join(Http1.head("GET", "/keys"), octets("\r\n")), 500);
        try (Wave _ = target.toEnvoy(target.figure(4), requests).awaitOpen()) {
            target.hold();
            return 0;
        }
    }
}

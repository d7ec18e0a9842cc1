package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.announced;
import static io.policyengine.e2e.attack.Http1.get;
import static io.policyengine.e2e.attack.Http1.head;
import static io.policyengine.e2e.attack.Http1.octets;
import static io.policyengine.e2e.attack.Http1.post;

import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** Attacks on the port of metrics, health and management API, and by callers that may do everything there. */
final class AdminAttacks {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String VALIDATE = "/config:validate";
    private static final String ALLOWED = "authorization: Bearer " + AttackStack.TOKEN;
    private static final int DRIP_MS = 50;

    private AdminAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.onBoth("connections to the admin port that send nothing", target -> open(target, new byte[0])),
                Attack.of(
                        "half of a request to the admin port",
                        target -> drip(target, head("GET", "/config"), "x-a: b\r\n")),
                Attack.of(
                        "slow bodies to the management API",
                        target -> drip(target, announced(VALIDATE, 1_000_000, octets("{"), ALLOWED), " ")),
                Attack.of("large bodies to the management API", AdminAttacks::large),
                Attack.of(
                        "wrong tokens",
                        target -> flood(target, post("/config:reload", new byte[0], "authorization: Bearer wrong"))),
                Attack.of(
                        "huge tokens to the management API",
                        target -> open(target, get("/config", "authorization: Bearer " + "x".repeat(1 << 20)))),
                Attack.of("scrapes without an end", target -> flood(target, get("/metrics"))),
                Attack.of("scrapes at once with many series", ScrapeAttack::on),
                Attack.of("aliases in a configuration that is checked", target -> check(target, aliases())),
                Attack.of(
                        "a number of a million digits",
                        target -> check(target, policy("max: " + "9".repeat(1_000_000)))),
                Attack.of("a configuration of great depth", target -> check(target, "a: " + "[".repeat(100_000))),
                Attack.onBoth("a key file without an end, in a check", target -> check(target, keys("/dev/zero"))),
                Attack.onBoth("a key file that is a pipe, in a check", AdminAttacks::pipe),
                Attack.of("a route with twenty thousand entries", AdminAttacks::manyEntries),
                Attack.of("thousands of changes of a route", AdminAttacks::changes));
    }

    private static long open(Target target, byte[] says) {
        try (Wave wave = target.toAdmin(target.figure(400), says).awaitOpen()) {
            target.hold();
            return wave.refused();
        }
    }

    private static long drip(Target target, byte[] begun, String piece) {
        try (Wave wave = target.toAdmin(target.figure(100), begun).awaitOpen()) {
            wave.drip(octets(piece), DRIP_MS);
            target.hold();
            return wave.refused();
        }
    }

    private static long flood(Target target, byte[] request) {
        try (Wave wave =
                target.sockets().flood(target.stack().engine().metricsPort(), target.figure(200), 8, request)) {
            target.hold();
            wave.awaitOver();
            return wave.refused();
        }
    }

    /** As many octets as are taken, of which no more comes. */
    private static long large(Target target) {
        byte[] most = octets("{\"files\":{\"routes/a.yaml\":\"" + "a".repeat(1_500_000));
        return open(target, announced(VALIDATE, 2_000_000, most, ALLOWED), 50);
    }

    private static long open(Target target, byte[] says, int connections) {
        try (Wave wave = target.toAdmin(target.figure(connections), says).awaitOpen()) {
            target.hold();
            return wave.refused();
        }
    }

    /** Each alias stands for ten of the one before (the billion laughs). */
    private static String aliases() {
        String levels = IntStream.range(1, 9)
                .mapToObj(level -> "a" + level + ": &a" + level + " ["
                        + String.join(",", Collections.nCopies(10, "*a" + (level - 1))) + "]\n")
                .collect(Collectors.joining());
        return "a0: &a0 [" + "1,".repeat(1_000) + "1]\n" + levels;
    }

    private static String policy(String params) {
        return "route_policies:\n  - route_name: /checked\n    request_flow: { policy_chain: [{ policy: concurrencyLimit, params: { "
                + params + " } }] }\n";
    }

    private static String keys(String file) {
        return "route_policies:\n  - route_name: /checked\n    request_flow: { policy_chain: [{ policy: apiKeyAuth, params: { key_file: "
                + file + " } }] }\n";
    }

    /** Checks it again and again. */
    private static long check(Target target, String text) {
        byte[] body = JSON.writeValueAsBytes(Map.of("files", Map.of("routes/checked.yaml", text)));
        try (Wave wave = target.sockets()
                .flood(target.stack().engine().metricsPort(), target.figure(5), 4, post(VALIDATE, body, ALLOWED))) {
            target.hold();
            return wave.awaitOver().refused();
        }
    }

    private static long pipe(Target target) throws Exception {
        String name = "pipe";
        new ProcessBuilder("mkfifo", target.conf().directory().resolve(name).toString())
                .start()
                .waitFor();
        try {
            return check(target, keys(name));
        } finally {
            Files.delete(target.conf().directory().resolve(name));
        }
    }

    private static long manyEntries(Target target) {
        String entries = String.join(",", Collections.nCopies(20_000, "{\"policy\":\"requestId\"}"));
        return put(target, "{\"request_flow\":{\"policy_chain\":[" + entries + "]}}", 5);
    }

    private static long changes(Target target) {
        return put(target, "{\"request_flow\":{\"policy_chain\":[{\"policy\":\"requestId\"}]}}", 100);
    }

    /** No change is possible while a worker cannot be called. */
    private static long put(Target target, String route, int times) {
        byte[] request = Http1.join(
                head("PUT", "/routes/changed", ALLOWED, "connection: close", "content-length: " + route.length()),
                octets("\r\n" + route));
        try (HostileWorker _ = HostileWorker.start(target, UnaryOperator.identity());
                Wave wave = target.sockets()
                        .flood(target.stack().engine().metricsPort(), target.figure(times), 2, request)) {
            target.hold();
            wave.awaitOver();
            target.stack().manage("DELETE", "/routes/changed", "");
            return wave.refused();
        }
    }
}

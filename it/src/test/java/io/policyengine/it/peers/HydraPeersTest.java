package io.policyengine.it.peers;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jwtValidation} and {@code oauth2Introspection} with Ory Hydra. */
@Tag("peers")
class HydraPeersTest {
    private static final Duration COOL_DOWN = Duration.ofSeconds(1);
    private static final int ROTATIONS = 4;
    private static final int CALLERS = 3;

    @TempDir
    Path directory;

    private final Hydra.Ports places = Hydra.Ports.free();
    private final String byJwt = """
            [{ policy: jwtValidation, params: { issuers: [ { issuer: "%s", audiences: orders, algorithms: RS256, discovery: true } ], \
            required_scopes: orders:read, jwks: { cooldown_s: %d } } }]""".formatted(places.issuer(), COOL_DOWN.toSeconds());

    private final String byIntrospection = """
            [{ policy: oauth2Introspection, params: { url: "%s/oauth2/introspect", client: { id: engine, secret: hush }, \
            audience: orders, required_scopes: orders:read, cache: { ttl_s: 1, negative_ttl_s: 1 } } }]""".formatted(places.admin());

    @Test
    void tokensAreKnownByDiscovery() {
        try (Hydra hydra = hydra("jwt");
                PeerEngine engine = engine(byJwt)) {
            hydra.register("orders");
            hydra.register("other");
            String token = hydra.token("orders");
            awaitStatus(engine, token, 200);

            assertThat(engine.get("/", "authorization", "Bearer " + token)
                            .reached()
                            .headers()
                            .get("x-user-id"))
                    .isEqualTo("orders");
            assertThat(engine.get("/").status()).isEqualTo(401);
            assertThat(engine.statusOf(hydra.token("other"))).isEqualTo(403);
            assertThat(engine.statusOf(Forger.damaged(token))).isEqualTo(401);
        }
    }

    /** A new key is in use at once: its first token is what tells the engine of it. */
    @Test
    void keysThatRotateUnderLoadCauseNoWrongVerdict() {
        Forger forger = new Forger();
        try (Hydra hydra = hydra("jwt");
                PeerEngine engine = engine(byJwt)) {
            hydra.register("orders");
            String first = hydra.token("orders");
            int atStart = triesUntilAdmitted(engine, first);
            RotationLoad load = new RotationLoad(engine::statusOf);
            load.add(first, forger.ofKnownKeys(first, hydra.token("orders")));
            List<Integer> tries = new ArrayList<>();
            try (load) {
                load.start(CALLERS);
                for (int rotation = 0; rotation < ROTATIONS; rotation++) {
                    goOnForACoolDown(load);
                    tries.add(rotate(hydra, engine, load, forger, rotation));
                }
                // Now all the time with tokens of keys that nobody has, each of which is a reason to fetch.
                load.add(hydra.token("orders"), strangers(forger, first));
                goOnForACoolDown(load);
                tries.add(rotate(hydra, engine, load, forger, ROTATIONS));
                load.goOnFor(100);
            }

            System.out.printf(
                    "%d rotations under load: %d requests with good tokens admitted, %d with forged ones refused, %d wrong "
                            + "verdicts; the first token of each new key passed at try %s, the first of all at %d%n",
                    tries.size(), load.admitted(), load.refused(), load.wrong().size(), tries, atStart);
            assertThat(load.wrong()).isEmpty();
        }
    }

    /** Rotates, and has the new key's tokens sent as well; the number of requests that its first one took to be admitted. */
    private static int rotate(Hydra hydra, PeerEngine engine, RotationLoad load, Forger forger, int rotation) {
        String before = hydra.token("orders");
        hydra.rotate("key-" + rotation);
        String fresh = hydra.token("orders");
        int tries = triesUntilAdmitted(engine, fresh);
        load.add(fresh, forger.ofKnownKeys(fresh, before));
        return tries;
    }

    private static void goOnForACoolDown(RotationLoad load) {
        long end = System.nanoTime() + COOL_DOWN.toNanos();
        do {
            load.goOnFor(50);
        } while (System.nanoTime() - end < 0 && load.wrong().isEmpty());
    }

    private static List<String> strangers(Forger forger, String token) {
        return IntStream.range(0, 50)
                .mapToObj(number -> forger.ofUnknownKey(token, number))
                .toList();
    }

    @Test
    void aTokenThatIsTakenBackIsRefusedOnceItsTimeInTheCacheIsOver() {
        try (Hydra hydra = hydra("opaque");
                PeerEngine engine = engine(byIntrospection)) {
            hydra.register("orders");
            hydra.register("other");
            String token = hydra.token("orders");
            awaitStatus(engine, token, 200);

            assertThat(engine.get("/", "authorization", "Bearer " + token)
                            .reached()
                            .headers()
                            .get("x-user-id"))
                    .isEqualTo("orders");
            assertThat(engine.statusOf("ory_at_of-nobody")).isEqualTo(401);
            assertThat(engine.statusOf(hydra.token("other"))).isEqualTo(403);

            hydra.revoke("orders", token);
            awaitStatus(engine, token, 401);
            assertThat(engine.statusOf(hydra.token("orders"))).isEqualTo(200);
        }
    }

    @Test
    void noTokenPassesWhileTheServerThatKnowsThemIsDownAndTheyDoOnceItIsBack() {
        try (PeerEngine engine = engine(byIntrospection)) {
            String held;
            String neverAsked;
            try (Hydra hydra = hydra("opaque")) {
                hydra.register("orders");
                held = hydra.token("orders");
                neverAsked = hydra.token("orders");
                awaitStatus(engine, held, 200);
            }

            assertThat(engine.statusOf(neverAsked)).isEqualTo(503);
            awaitStatus(engine, held, 503);

            try (Hydra hydra = hydra("opaque")) {
                hydra.register("orders");
                awaitStatus(engine, hydra.token("orders"), 200);
                awaitStatus(engine, held, 401);
            }
        }
    }

    private Hydra hydra(String tokens) {
        return Hydra.start(places, tokens, directory.resolve("hydra.log"));
    }

    private PeerEngine engine(String chain) {
        return new PeerEngine(directory.resolve("conf"), chain);
    }

    private static void awaitStatus(PeerEngine engine, String token, int status) {
        Await.untilAsserted(() -> assertThat(engine.statusOf(token)).isEqualTo(status));
    }

    private static int triesUntilAdmitted(PeerEngine engine, String token) {
        int[] tries = new int[1];
        Await.until("the token's key is known", () -> {
            tries[0]++;
            return engine.statusOf(token) == 200;
        });
        return tries[0];
    }
}

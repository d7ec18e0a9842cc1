package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.announced;
import static io.policyengine.e2e.attack.Http1.post;

import io.policyengine.e2e.attack.Attack.Assault;
import java.util.Arrays;
import java.util.List;

/** Attacks by codings of bodies, by way of Envoy. */
final class CodingAttacks {
    private CodingAttacks() {}

    static List<Attack> all() {
        return List.of(
                Attack.onBoth("idle windows of br", CodingAttacks::idle),
                Attack.onBoth("a bomb in gzip", bomb("/whole", "gzip", Bombs.GZIP)),
                Attack.of("a bomb in br", bomb("/whole", "br", Bombs.BROTLI)),
                Attack.of("a bomb in zstd", bomb("/whole", "zstd", Bombs.ZSTD)),
                Attack.of("a bomb in gzip, in chunks", bomb("/chunks", "gzip", Bombs.GZIP)),
                Attack.of("a bomb in br, in chunks", bomb("/chunks", "br", Bombs.BROTLI)),
                Attack.of("a bomb in zstd, in chunks", bomb("/chunks", "zstd", Bombs.ZSTD)),
                Attack.of("a bomb in a bomb", bomb("/whole", "gzip, gzip", Bombs.GZIP_OF_GZIP)),
                Attack.of("ten thousand members of gzip", bomb("/whole", "gzip", Bombs.GZIP_MEMBERS)));
    }

    /** Each has a window of 16 MiB. */
    private static long idle(Target target) {
        byte[] most = Arrays.copyOf(Bombs.BROTLI_WINDOW, Bombs.BROTLI_WINDOW.length - 1);
        byte[] request = announced("/chunks", 100_000, most, "content-encoding: br");
        try (Wave _ = target.toEnvoy(target.figure(60), request).awaitOpen()) {
            target.hold();
            return 0;
        }
    }

    private static Assault bomb(String path, String coding, byte[] body) {
        byte[] request = post(path, body, "content-encoding: " + coding);
        return target -> {
            Wave wave = target.flood(target.figure(20), 10, request);
            target.hold();
            wave.reset();
            return 0;
        };
    }
}

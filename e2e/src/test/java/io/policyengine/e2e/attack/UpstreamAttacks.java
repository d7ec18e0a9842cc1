package io.policyengine.e2e.attack;

import static io.policyengine.e2e.attack.Http1.get;

import java.util.List;

/** Attacks by an upstream's responses. */
final class UpstreamAttacks {
    private static final List<String> RESPONSES = List.of(
            "bomb",
            "nested-bomb",
            "endless",
            "drip",
            "trailers",
            "slow-fields",
            "fields",
            "many-fields",
            "broken",
            "lying");

    private UpstreamAttacks() {}

    static List<Attack> all() {
        return RESPONSES.stream()
                .map(kind -> new Attack(
                        "an upstream's response: " + kind,
                        false,
                        kind.equals("bomb") || kind.equals("endless"),
                        target -> ask(target, kind)))
                .toList();
    }

    /** Half of them by a route that gathers the response, half by one that takes it in chunks. */
    private static long ask(Target target, String kind) {
        Wave whole = target.flood(target.figure(50), 10, get("/whole-answers?evil=" + kind));
        Wave chunks = target.flood(target.figure(50), 10, get("/chunked-answers?evil=" + kind));
        target.hold();
        whole.reset();
        chunks.reset();
        return 0;
    }
}

package io.policyengine.policies.authentication.shared.jwt;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The parts of a token's protected header that its verification uses.
 *
 * @param type {@code typ}, or null
 * @param keyId {@code kid}, or null
 */
public record JwsHeader(
        JwsAlgorithm algorithm,
        @Nullable String type,
        @Nullable String keyId) {
    sealed interface Reading {
        record Ok(JwsHeader header) implements Reading {}

        record Faulty(JwsFault fault) implements Reading {}
    }

    private static final Set<String> EMBEDDED = Set.of("jwk", "jku", "x5u", "x5c");

    static Reading read(byte[] utf8) {
        ObjectNode json = StrictJson.read(utf8);
        if (json == null || !isTextOrAbsent(json, "kid") || !isTextOrAbsent(json, "typ")) {
            return new Reading.Faulty(JwsFault.HEADER);
        }
        if (EMBEDDED.stream().anyMatch(json::has)) {
            return new Reading.Faulty(JwsFault.EMBEDDED_KEY);
        }
        if (json.has("crit") || json.has("b64")) {
            return new Reading.Faulty(JwsFault.CRITICAL);
        }
        if (json.has("enc")) {
            return new Reading.Faulty(JwsFault.ENCRYPTED);
        }
        JsonNode name = json.path("alg");
        JwsAlgorithm algorithm = name.isString() ? JwsAlgorithm.of(name.stringValue()) : null;
        return algorithm == null
                ? new Reading.Faulty(name.isString() ? JwsFault.ALGORITHM : JwsFault.HEADER)
                : new Reading.Ok(new JwsHeader(algorithm, text(json, "typ"), text(json, "kid")));
    }

    private static boolean isTextOrAbsent(ObjectNode json, String member) {
        JsonNode value = json.get(member);
        return value == null || value.isString();
    }

    private static @Nullable String text(ObjectNode json, String member) {
        JsonNode value = json.get(member);
        return value == null ? null : value.stringValue();
    }
}

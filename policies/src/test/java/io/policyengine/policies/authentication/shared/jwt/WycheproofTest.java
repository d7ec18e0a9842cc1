package io.policyengine.policies.authentication.shared.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.vectors.Vectors;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Wycheproof's vectors for JWS and JWK, each judged as it says, or the difference explained. */
final class WycheproofTest {
    /** Signatures that are judged otherwise than there, by their numbers. */
    private static final Map<Integer, String> SIGNATURES = Map.of(
            346, "valid there, though the key is for PS256 and the token says PS384 (RFC 7517 §4.4)",
            350, "as 346",
            347, "valid there, though the key is for ES521, which is no algorithm of RFC 7518 (ES512 is meant)",
            351, "as 347",
            367, "invalid there, but it is octet for octet the token of 357, which is valid there",
            370, "as 367",
            372, "valid there, for decoders that pass over what is no base64url; here RFC 7515 §2 holds",
            373, "as 372");

    private static final Map<Integer, String> KEYS =
            Map.of(2, "valid there; here a JWK set never brings secrets, which are the parameter secret");

    private static final Map<Integer, String> TOKENS = Map.of(
            48, "as 2 of the keys",
            50, "valid there; here encrypted tokens are refused",
            67, "as 50");

    @Test
    void judgesSignaturesAsTheVectorsSay() {
        requireDifferences("json_web_signature_test.json", 401, SIGNATURES);
    }

    @Test
    void judgesKeysAsTheVectorsSay() {
        requireDifferences("json_web_key_test.json", 26, KEYS);
    }

    @Test
    void judgesTokensAsTheVectorsSayAndRefusesEncryptedOnes() {
        requireDifferences("json_web_crypto_test.json", 83, TOKENS);
    }

    private static void requireDifferences(String file, int vectors, Map<Integer, String> explained) {
        int judged = 0;
        List<Integer> differing = new ArrayList<>();
        for (JsonNode group : Vectors.read("wycheproof/" + file).path("testGroups")) {
            JsonNode key = group.has("public") ? group.path("public") : group.path("private");
            for (JsonNode vector : group.path("tests")) {
                judged++;
                if (isAccepted(key, vector)
                        != vector.path("result").stringValue().equals("valid")) {
                    differing.add(vector.path("tcId").intValue());
                }
            }
        }

        assertThat(judged).isEqualTo(vectors);
        assertThat(differing).containsExactlyInAnyOrderElementsOf(explained.keySet());
    }

    private static boolean isAccepted(JsonNode key, JsonNode vector) {
        JsonNode token = vector.has("jwe") ? vector.path("jwe") : vector.path("jws");
        String text = token.isString() ? token.stringValue() : token.toString();
        if (!(Jws.read(text) instanceof Jws.Reading.Ok(Jws jws))) {
            return false;
        }
        return keys(key).find(jws.header()).stream().anyMatch(verifying -> verifying.verifies(jws));
    }

    /** A single secret is given as one, and a set as a set. */
    private static KeySet keys(JsonNode key) {
        JsonNode only = key.path("keys").size() == 1 ? key.path("keys").get(0) : key;
        if (only.path("kty").asString("").equals("oct")) {
            return secret(only);
        }
        String set = key.has("keys") ? key.toString() : "{\"keys\":[" + key + "]}";
        return KeySet.read(set) instanceof KeySet.Reading.Ok(KeySet keys, List<String> _) ? keys : KeySet.empty();
    }

    /** As the parameters take a secret: for algorithms that the operator lists, and of their length at least. */
    private static KeySet secret(JsonNode key) {
        JwsAlgorithm algorithm = JwsAlgorithm.of(key.path("alg").asString(""));
        byte[] secret = Base64.getUrlDecoder().decode(key.path("k").asString(""));
        List<byte[]> secrets = new ArrayList<>();
        if (algorithm != null && algorithm.isSymmetric() && secret.length >= algorithm.secretBytes()) {
            secrets.add(secret);
        }
        return KeySet.ofSecrets(secrets);
    }
}

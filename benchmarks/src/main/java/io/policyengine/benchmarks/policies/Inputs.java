package io.policyengine.benchmarks.policies;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The keys, tokens, signatures and files that the rows of the cost table refer to. They are generated for each run. */
final class Inputs {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int RANGES = 100_000;
    private static final int KEYS = 10_000;
    private static final RSAKey KEY = newKey();

    private final Map<String, String> texts;
    private final JsonNode jwks;
    private final String server;
    private final String scanner;

    private Inputs(Map<String, String> texts, JsonNode jwks, String server, String scanner) {
        this.texts = texts;
        this.jwks = jwks;
        this.server = server;
        this.scanner = scanner;
    }

    /** Generates all inputs, with files in this folder; policies call {@code server} and {@code scanner}. */
    static Inputs make(Path folder, String server, String scanner) {
        try {
            Files.writeString(folder.resolve("ranges.txt"), ranges());
            Files.writeString(folder.resolve("keys.yaml"), keys());
            Files.writeString(folder.resolve("openapi.yaml"), openApi());
            RSAKey key = KEY;
            Instant now = Instant.now();
            String covered = "(\"@method\" \"@authority\" \"@path\" \"@query\");created=" + now.getEpochSecond()
                    + ";keyid=\"k1\"";
            return new Inputs(
                    Map.of(
                            "${TOKEN}",
                            token(key, now),
                            "${SIGNATURE_INPUT}",
                            "sig1=" + covered,
                            "${SIGNATURE}",
                            "sig1=:" + hmac(covered) + ":",
                            "${BODY}",
                            body()),
                    JSON.readTree(new JWKSet(key.toPublicJWK()).toString()),
                    server,
                    scanner);
        } catch (IOException | JOSEException | GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** Returns the text with its placeholders replaced. */
    String fill(String text) {
        String filled = text;
        for (Map.Entry<String, String> input : texts.entrySet()) {
            filled = filled.replace(input.getKey(), input.getValue());
        }
        return filled;
    }

    JsonNode fill(JsonNode params) {
        return JSON.readTree(params.toString()
                .replace("\"${JWKS}\"", jwks.toString())
                .replace("${SERVER}", server)
                .replace("${SCANNER}", scanner));
    }

    private static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID("k1").generate();
        } catch (JOSEException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** Returns an OpenAPI document with a hundred other paths before the requested one. */
    private static String openApi() {
        StringBuilder paths = new StringBuilder("openapi: 3.1.0\npaths:\n");
        for (int i = 0; i < 100; i++) {
            paths.append("  /other/").append(i).append(": { get: {} }\n");
        }
        return paths.append("""
                  /api/{version}/users:
                    post:
                      parameters:
                        - { name: version, in: path, required: true, schema: { enum: [ v1, v2 ] } }
                        - { name: X-Trace, in: header, schema: { type: string, maxLength: 64 } }
                      requestBody:
                        required: true
                        content:
                          application/json:
                            schema:
                              type: object
                              required: [ id ]
                              properties:
                                id: { type: integer }
                                name: { type: string, maxLength: 100 }
                                tags: { type: array, items: { type: string } }
                                address: { type: object }
                """).toString();
    }

    private static String token(RSAKey key, Instant now) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(),
                new JWTClaimsSet.Builder()
                        .issuer("https://auth.example.com")
                        .audience("api-service")
                        .subject("alice")
                        .claim("email", "alice@example.com")
                        .claim("roles", List.of("reader", "writer"))
                        .claim("scope", "orders:read orders:write")
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(86_400)))
                        .build());
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }

    /** Returns the HMAC of the message that {@link MeasuredPolicy} sends (signature base of RFC 9421 §2.5). */
    private static String hmac(String covered) throws GeneralSecurityException {
        String base = "\"@method\": GET\n\"@authority\": " + MeasuredPolicy.AUTHORITY + "\n\"@path\": "
                + MeasuredPolicy.PATH + "\n\"@query\": ?" + MeasuredPolicy.QUERY + "\n\"@signature-params\": "
                + covered;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("a secret of thirty-two octets!!!".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(base.getBytes(StandardCharsets.UTF_8)));
    }

    private static String ranges() {
        return IntStream.range(0, RANGES)
                .mapToObj(i -> (20 + i / 65_536) + "." + (i / 256 % 256) + "." + (i % 256) + ".128/26")
                .collect(Collectors.joining("\n"));
    }

    private static String keys() throws GeneralSecurityException {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < KEYS; i++) {
            String digest = HexFormat.of().formatHex(sha256.digest(("key-" + i).getBytes(StandardCharsets.UTF_8)));
            keys.append("- { consumer: c")
                    .append(i)
                    .append(", sha256: ")
                    .append(digest)
                    .append(" }\n");
        }
        return keys.toString();
    }

    private static String body() {
        return IntStream.range(0, 16)
                .mapToObj(i -> "{\"id\": " + i + ", \"url\": \"https://internal.example/items/" + i + "\"}")
                .collect(Collectors.joining(", ", "{\"items\": [", "]}"));
    }
}

package io.policyengine.e2e.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Credentials of clients, each of them new, so that nothing that is held answers in place of a dependency. */
final class Credentials {
    static final String ISSUER = "https://issuer.test";
    static final String AUDIENCE = "access";
    static final String SECRET = "a secret of thirty-two octets, all";

    private final AtomicInteger made = new AtomicInteger();
    private volatile RSAKey key = newKey();
    private volatile JWKSet published = new JWKSet(key);

    private RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048)
                    .keyID("key-" + made.incrementAndGet())
                    .generate();
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The public keys, as a JSON text. */
    String jwks() {
        return published.toPublicJWKSet().toString();
    }

    /** Publishes a new key beside the old one, and signs with it from now on. */
    void rotate() {
        RSAKey next = newKey();
        published = new JWKSet(List.of(next, key));
        key = next;
    }

    /** A token of the issuer for this audience, with these roles. */
    String token(String audience, String... roles) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(audience)
                .subject("alice")
                .jwtID(Integer.toString(made.incrementAndGet()))
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .claim("roles", List.of(roles))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException impossible) {
            throw new IllegalStateException(impossible);
        }
        return "Bearer " + token.serialize();
    }

    /** An opaque token; one that begins with "good" is active. */
    String opaque(String beginning) {
        return "Bearer " + beginning + made.incrementAndGet();
    }

    /** Fields of {@code hmacSignature} with the scheme {@code hmac_headers}, over method and path. */
    String[] signature(String method, String path) {
        String time = Long.toString(Instant.now().getEpochSecond());
        String nonce = "nonce-" + made.incrementAndGet();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signed =
                    mac.doFinal(String.join("\n", time, nonce, method, path).getBytes(StandardCharsets.UTF_8));
            return new String[] {
                "x-key-id",
                "billing",
                "x-timestamp",
                time,
                "x-nonce",
                nonce,
                "x-signature",
                HexFormat.of().formatHex(signed)
            };
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

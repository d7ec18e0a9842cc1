package io.policyengine.policies.authentication.shared.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The signature algorithms of tokens (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). {@code none} is not supported. */
public enum JwsAlgorithm {
    RS256(JWSAlgorithm.RS256, KeyFamily.RSA),
    RS384(JWSAlgorithm.RS384, KeyFamily.RSA),
    RS512(JWSAlgorithm.RS512, KeyFamily.RSA),
    PS256(JWSAlgorithm.PS256, KeyFamily.RSA),
    PS384(JWSAlgorithm.PS384, KeyFamily.RSA),
    PS512(JWSAlgorithm.PS512, KeyFamily.RSA),
    ES256(JWSAlgorithm.ES256, KeyFamily.P256),
    ES384(JWSAlgorithm.ES384, KeyFamily.P384),
    ES512(JWSAlgorithm.ES512, KeyFamily.P521),
    /** EdDSA, on the curve of the key. */
    EDDSA(JWSAlgorithm.EdDSA, KeyFamily.ED25519, KeyFamily.ED448),
    ED25519(JWSAlgorithm.Ed25519, KeyFamily.ED25519),
    ED448(JWSAlgorithm.Ed448, KeyFamily.ED448),
    HS256(JWSAlgorithm.HS256, 32),
    HS384(JWSAlgorithm.HS384, 48),
    HS512(JWSAlgorithm.HS512, 64);

    private final String text;
    private final KeyFamily family;
    private final KeyFamily otherFamily;
    private final int secretBytes;

    JwsAlgorithm(JWSAlgorithm algorithm, KeyFamily family) {
        this(algorithm, family, family, 0);
    }

    JwsAlgorithm(JWSAlgorithm algorithm, KeyFamily family, KeyFamily otherFamily) {
        this(algorithm, family, otherFamily, 0);
    }

    JwsAlgorithm(JWSAlgorithm algorithm, int secretBytes) {
        this(algorithm, KeyFamily.SECRET, KeyFamily.SECRET, secretBytes);
    }

    JwsAlgorithm(JWSAlgorithm algorithm, KeyFamily family, KeyFamily otherFamily, int secretBytes) {
        this.text = algorithm.getName();
        this.family = family;
        this.otherFamily = otherFamily;
        this.secretBytes = secretBytes;
    }

    /** Returns the algorithm with exactly this name; null if there is none. */
    public static @Nullable JwsAlgorithm of(String name) {
        for (JwsAlgorithm algorithm : values()) {
            if (algorithm.text.equals(name)) {
                return algorithm;
            }
        }
        return null;
    }

    /** Returns the names of all algorithms, as a list for messages. */
    public static String names() {
        return Arrays.stream(values()).map(JwsAlgorithm::text).collect(Collectors.joining(", "));
    }

    /** Returns the name, as written in tokens and keys. */
    public String text() {
        return text;
    }

    /** Returns whether this algorithm can use keys of the family. */
    public boolean takes(KeyFamily key) {
        return key == family || key == otherFamily;
    }

    /** Returns whether this algorithm needs a shared secret. */
    public boolean isSymmetric() {
        return family == KeyFamily.SECRET;
    }

    /** Returns the minimum length of a secret, in bytes (RFC 7518 §3.2); 0 for algorithms with public keys. */
    public int secretBytes() {
        return secretBytes;
    }
}

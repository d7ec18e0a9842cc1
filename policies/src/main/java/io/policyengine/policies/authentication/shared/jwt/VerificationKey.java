package io.policyengine.policies.authentication.shared.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.EnumMap;
import java.util.Map;

/** A key that verifies tokens. Immutable, and shared by all event loops. */
public abstract sealed class VerificationKey {
    private final KeyFamily family;

    private VerificationKey(KeyFamily family) {
        this.family = family;
    }

    public KeyFamily family() {
        return family;
    }

    /** Returns whether this key signed the token. The token's algorithm must accept keys of this family. */
    public boolean verifies(Jws jws) {
        if (!jws.header().algorithm().takes(family)) {
            return false;
        }
        try {
            return check(jws);
        } catch (GeneralSecurityException | JOSEException malformed) {
            // The signature is malformed.
            return false;
        }
    }

    abstract boolean check(Jws jws) throws GeneralSecurityException, JOSEException;

    /** Creates a key for RSA signatures. The caller must check the key's size. */
    static VerificationKey rsa(RSAPublicKey key) {
        return new ByLibrary(KeyFamily.RSA, new RSASSAVerifier(key));
    }

    static VerificationKey ec(KeyFamily curve, ECPublicKey key) throws JOSEException {
        return new ByLibrary(curve, new ECDSAVerifier(key));
    }

    static VerificationKey edwards(KeyFamily curve, PublicKey key) {
        return new Edwards(curve, key);
    }

    /**
     * Creates a key from an HMAC secret. The key verifies tokens of all algorithms for which the secret is long enough.
     *
     * @throws IllegalArgumentException if the secret is too short for all algorithms
     */
    public static VerificationKey secret(byte[] secret) {
        try {
            return new ByLibrary(KeyFamily.SECRET, new MACVerifier(secret));
        } catch (JOSEException tooShort) {
            throw new IllegalArgumentException("a secret must have at least 32 bytes");
        }
    }

    private static final class ByLibrary extends VerificationKey {
        private static final Map<JwsAlgorithm, JWSHeader> HEADERS = headers();

        private final JWSVerifier verifier;

        ByLibrary(KeyFamily family, JWSVerifier verifier) {
            super(family);
            this.verifier = verifier;
        }

        @Override
        boolean check(Jws jws) throws JOSEException {
            JWSHeader header = HEADERS.get(jws.header().algorithm());
            return header != null && verifier.verify(header, jws.signed(), jws.signature());
        }

        /** Returns a token header for each algorithm, from which the JWT library reads only the algorithm. */
        private static Map<JwsAlgorithm, JWSHeader> headers() {
            Map<JwsAlgorithm, JWSHeader> headers = new EnumMap<>(JwsAlgorithm.class);
            for (JwsAlgorithm algorithm : JwsAlgorithm.values()) {
                headers.put(algorithm, new JWSHeader(JWSAlgorithm.parse(algorithm.text())));
            }
            return headers;
        }
    }

    /**
     * An Ed25519 or Ed448 key. The JDK verifies its signatures, since the JWT library's own verifier requires a further
     * library.
     */
    private static final class Edwards extends VerificationKey {
        private final PublicKey key;

        Edwards(KeyFamily curve, PublicKey key) {
            super(curve);
            this.key = key;
        }

        @Override
        boolean check(Jws jws) throws GeneralSecurityException {
            Signature verification = Signature.getInstance(key.getAlgorithm());
            verification.initVerify(key);
            verification.update(jws.signed());
            return verification.verify(jws.signature().decode());
        }
    }
}

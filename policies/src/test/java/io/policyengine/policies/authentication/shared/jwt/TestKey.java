package io.policyengine.policies.authentication.shared.jwt;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A key of a test: signs by the JDK alone, and shows its public part as a JWK. */
public abstract class TestKey {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final String algorithm;
    private final String id;

    private TestKey(String algorithm, String id) {
        this.algorithm = algorithm;
        this.id = id;
    }

    /** {@code alg} of its tokens. */
    public String algorithm() {
        return algorithm;
    }

    /** {@code kid} of its tokens. */
    public String id() {
        return id;
    }

    /** The public part, as a member of a JWK set. */
    public abstract String jwk();

    /** A JWK set of these keys. */
    public static String set(TestKey... keys) {
        return "{\"keys\":["
                + String.join(",", Arrays.stream(keys).map(TestKey::jwk).toList()) + "]}";
    }

    /** The signature of these octets. */
    public abstract byte[] sign(byte[] octets);

    /** A token with this header and these claims, whatever they are. */
    public String token(String header, String claims) {
        String signed = base64url(header) + "." + base64url(claims);
        return signed + "." + BASE64URL.encodeToString(sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    /** A token of the usual header with these claims. */
    public String token(String claims) {
        return token("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"" + id + "\"}", claims);
    }

    /** The text in base64url. */
    public static String base64url(String text) {
        return BASE64URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** RSA, for RS256 or PS256. */
    public static TestKey rsa(String algorithm, String id, int bits) {
        KeyPair pair = pair("RSA", null, bits);
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        AlgorithmParameterSpec pss = algorithm.startsWith("PS")
                ? new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1)
                : null;
        return new Asymmetric(
                algorithm,
                id,
                pair,
                pss == null ? "SHA256withRSA" : "RSASSA-PSS",
                pss,
                "\"kty\":\"RSA\",\"n\":\"" + number(key.getModulus(), 0) + "\",\"e\":\""
                        + number(key.getPublicExponent(), 0) + "\"");
    }

    /** ECDSA on P-256, for ES256. */
    public static TestKey ec(String id) {
        KeyPair pair = pair("EC", new ECGenParameterSpec("secp256r1"), 0);
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        return new Asymmetric(
                "ES256",
                id,
                pair,
                "SHA256withECDSAinP1363Format",
                null,
                "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                        + number(key.getW().getAffineX(), 32) + "\",\"y\":\""
                        + number(key.getW().getAffineY(), 32) + "\"");
    }

    /** EdDSA on Ed25519 or Ed448. */
    public static TestKey edwards(String curve, String id) {
        KeyPair pair = pair(curve, null, 0);
        EdECPublicKey key = (EdECPublicKey) pair.getPublic();
        int length = curve.equals("Ed25519") ? 32 : 57;
        byte[] y = fixed(key.getPoint().getY(), length);
        byte[] little = new byte[length];
        for (int i = 0; i < length; i++) {
            little[i] = y[length - 1 - i];
        }
        if (key.getPoint().isXOdd()) {
            little[length - 1] = (byte) (little[length - 1] | 0x80);
        }
        return new Asymmetric(
                "EdDSA",
                id,
                pair,
                curve,
                null,
                "\"kty\":\"OKP\",\"crv\":\"" + curve + "\",\"x\":\"" + BASE64URL.encodeToString(little) + "\"");
    }

    /** A secret, for HS256. */
    public static TestKey secret(byte[] secret, String id) {
        return new TestKey("HS256", id) {
            @Override
            public String jwk() {
                return "{\"kty\":\"oct\",\"k\":\"" + BASE64URL.encodeToString(secret) + "\",\"kid\":\"" + id + "\"}";
            }

            @Override
            public byte[] sign(byte[] octets) {
                try {
                    Mac mac = Mac.getInstance("HmacSHA256");
                    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
                    return mac.doFinal(octets);
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    private static KeyPair pair(String algorithm, @Nullable AlgorithmParameterSpec spec, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (spec != null) {
                generator.initialize(spec);
            } else if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String number(BigInteger number, int length) {
        return BASE64URL.encodeToString(fixed(number, length));
    }

    /** Big-endian, without sign, of this length; of the least if it is zero. */
    private static byte[] fixed(BigInteger number, int length) {
        byte[] signed = number.toByteArray();
        int from = signed.length > 1 && signed[0] == 0 ? 1 : 0;
        int wanted = length == 0 ? signed.length - from : length;
        byte[] fixed = new byte[wanted];
        System.arraycopy(signed, from, fixed, wanted - signed.length + from, signed.length - from);
        return fixed;
    }

    private static final class Asymmetric extends TestKey {
        private final KeyPair pair;
        private final String signature;
        private final @Nullable AlgorithmParameterSpec parameters;
        private final String members;

        Asymmetric(
                String algorithm,
                String id,
                KeyPair pair,
                String signature,
                @Nullable AlgorithmParameterSpec parameters,
                String members) {
            super(algorithm, id);
            this.pair = pair;
            this.signature = signature;
            this.parameters = parameters;
            this.members = members;
        }

        @Override
        public String jwk() {
            return "{" + members + ",\"kid\":\"" + id() + "\",\"use\":\"sig\",\"alg\":\"" + algorithm() + "\"}";
        }

        @Override
        public byte[] sign(byte[] octets) {
            try {
                Signature signing = Signature.getInstance(signature);
                if (parameters != null) {
                    signing.setParameter(parameters);
                }
                signing.initSign(pair.getPrivate());
                signing.update(octets);
                return signing.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

package io.policyengine.policies.authentication.shared.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.text.ParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A signature key of a JWK set (RFC 7517). Its members are checked when the set is read. The key object is built on
 * first use: a set may have hundreds of keys, and building one takes up to a tenth of a millisecond.
 */
final class Jwk {
    static final int MIN_RSA_BITS = 2048;

    /** Maximum size of the modulus of an RSA key in a JWK set, in bits. */
    static final int MAX_RSA_BITS = 8192;

    /**
     * Maximum size of the public exponent of an RSA key in a JWK set, in bits. With a larger exponent, verifying would
     * be as slow as signing.
     */
    private static final int MAX_EXPONENT_BITS = 33;

    private static final Map<String, KeyFamily> CURVES = Map.of(
            "P-256", KeyFamily.P256,
            "P-384", KeyFamily.P384,
            "P-521", KeyFamily.P521,
            "Ed25519", KeyFamily.ED25519,
            "Ed448", KeyFamily.ED448);
    private static final List<String> MEMBERS = List.of("kty", "crv", "n", "e", "x", "y");
    private static final Set<KeyFamily> EDWARDS = EnumSet.of(KeyFamily.ED25519, KeyFamily.ED448);

    private final @Nullable String id;
    private final KeyFamily family;
    private final @Nullable JwsAlgorithm algorithm;
    private final ObjectNode json;
    private volatile @Nullable Building built;

    /** The result of reading a key: a usable key, or the reason why it is not used. */
    sealed interface Reading {
        record Ok(Jwk jwk) implements Reading {}

        /** A key that is skipped, since it is not for verifying signatures. */
        record ForeignUse() implements Reading {}

        /** A key that is malformed, unsafe, or a secret or private key. */
        record Bad(String problem) implements Reading {}
    }

    sealed interface Building {
        record Ok(VerificationKey key) implements Building {}

        record Bad(String problem) implements Building {}
    }

    private Jwk(@Nullable String id, KeyFamily family, @Nullable JwsAlgorithm algorithm, ObjectNode json) {
        this.id = id;
        this.family = family;
        this.algorithm = algorithm;
        this.json = json;
    }

    /** Checks the members of a key without building it. */
    static Reading read(JsonNode node) {
        if (!(node instanceof ObjectNode json)) {
            return new Reading.Bad("a key must be a JSON object");
        }
        if (json.has("kid") && !json.path("kid").isString()) {
            return new Reading.Bad("kid must be a string");
        }
        if (isForeignUse(json)) {
            return new Reading.ForeignUse();
        }
        String type = json.path("kty").asString("");
        if (type.equals("oct") || json.has("k")) {
            return new Reading.Bad(
                    "a secret is not permitted among public keys: give it in the issuer's parameter " + "secret");
        }
        if (json.has("d")) {
            return new Reading.Bad("a private key is not permitted in a JWK set: replace the key pair, and list only "
                    + "the public key");
        }
        KeyFamily family = family(type, json.path("crv").asString(""));
        if (family == null) {
            return type.isEmpty() ? new Reading.Bad("kty is missing") : new Reading.ForeignUse();
        }
        JsonNode alg = json.path("alg");
        JwsAlgorithm algorithm = alg.isString() ? JwsAlgorithm.of(alg.stringValue()) : null;
        if (json.has("alg") && (algorithm == null || !algorithm.takes(family))) {
            return new Reading.Bad("alg does not fit a key of this type");
        }
        String id = json.has("kid") ? json.path("kid").stringValue() : null;
        return new Reading.Ok(new Jwk(id, family, algorithm, members(json)));
    }

    /** Copies the members that define the key. Only these are retained. */
    private static ObjectNode members(ObjectNode json) {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        for (String name : MEMBERS) {
            if (json.path(name).isString()) {
                members.set(name, json.get(name));
            }
        }
        return members;
    }

    /** Returns whether a key's {@code use} or {@code key_ops} excludes verification (RFC 7517 §4.2, §4.3). */
    private static boolean isForeignUse(ObjectNode json) {
        if (json.has("use") && !json.path("use").asString("").equals("sig")) {
            return true;
        }
        JsonNode operations = json.get("key_ops");
        return operations != null
                && operations
                        .valueStream()
                        .noneMatch(operation -> operation.asString("").equals("verify"));
    }

    private static @Nullable KeyFamily family(String type, String curve) {
        KeyFamily ofCurve = CURVES.get(curve);
        return switch (type) {
            case "RSA" -> KeyFamily.RSA;
            case "EC" -> ofCurve == null || EDWARDS.contains(ofCurve) ? null : ofCurve;
            case "OKP" -> ofCurve == null || !EDWARDS.contains(ofCurve) ? null : ofCurve;
            default -> null;
        };
    }

    /** Returns the key's id ({@code kid}), or null. */
    @Nullable
    String id() {
        return id;
    }

    /**
     * Returns whether the key may verify signatures of this algorithm: its type fits, and its {@code alg} is absent or
     * the same.
     */
    boolean suits(JwsAlgorithm wanted) {
        return wanted.takes(family) && (algorithm == null || algorithm == wanted);
    }

    boolean hasSameMembersAs(Jwk other) {
        return json.equals(other.json);
    }

    /** Returns the key, built on first use. Two threads may build equal keys at the same time. */
    Building build() {
        Building known = built;
        if (known == null) {
            known = buildNow();
            built = known;
        }
        return known;
    }

    private Building buildNow() {
        try {
            return switch (family) {
                case RSA -> rsa();
                case P256, P384, P521 -> ec();
                case ED25519 -> edwards(NamedParameterSpec.ED25519, 32);
                case ED448 -> edwards(NamedParameterSpec.ED448, 57);
                case SECRET -> new Building.Bad("a secret");
            };
        } catch (GeneralSecurityException | JOSEException | ParseException | IllegalArgumentException malformed) {
            return new Building.Bad("a malformed key");
        }
    }

    private Building rsa() throws GeneralSecurityException {
        BigInteger modulus = number("n");
        BigInteger exponent = number("e");
        if (modulus.bitLength() < MIN_RSA_BITS || modulus.bitLength() > MAX_RSA_BITS) {
            return new Building.Bad("an RSA key of " + modulus.bitLength() + " bits: " + MIN_RSA_BITS + " to "
                    + MAX_RSA_BITS + " bits are accepted");
        }
        if (!exponent.testBit(0) || exponent.bitLength() < 2 || exponent.bitLength() > MAX_EXPONENT_BITS) {
            return new Building.Bad("the RSA key has an unsafe or slow exponent: use 65537");
        }
        if (Roca.marks(modulus)) {
            return new Building.Bad("the RSA key can be factored (CVE-2017-15361): replace it");
        }
        return new Building.Ok(VerificationKey.rsa(
                (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent))));
    }

    /** Builds an EC key. The library rejects points that are not on the curve. */
    private Building ec() throws JOSEException, ParseException {
        octets("x");
        octets("y");
        ECKey key = ECKey.parse(JSONObjectUtils.parse(json.toString()));
        return new Building.Ok(VerificationKey.ec(family, key.toECPublicKey()));
    }

    /**
     * Builds an Ed25519 or Ed448 key from its octets: little-endian, with the sign of x in the highest bit (RFC 8032
     * §5.1.2, §5.2.2).
     */
    private Building edwards(NamedParameterSpec curve, int length) throws GeneralSecurityException {
        byte[] x = octets("x");
        if (x.length != length) {
            return new Building.Bad("x must have " + length + " octets for this curve");
        }
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[i] = x[length - 1 - i];
        }
        boolean odd = (bigEndian[0] & 0x80) != 0;
        bigEndian[0] = (byte) (bigEndian[0] & 0x7F);
        EdECPoint point = new EdECPoint(odd, new BigInteger(1, bigEndian));
        return new Building.Ok(VerificationKey.edwards(
                family, KeyFactory.getInstance(curve.getName()).generatePublic(new EdECPublicKeySpec(curve, point))));
    }

    private BigInteger number(String member) {
        return new BigInteger(1, octets(member));
    }

    private byte[] octets(String member) {
        byte[] octets = StrictBase64Url.decode(json.path(member).asString("="));
        if (octets == null || octets.length == 0) {
            throw new IllegalArgumentException(member);
        }
        return octets;
    }

    @Override
    public String toString() {
        return "Jwk[" + id + "]";
    }
}

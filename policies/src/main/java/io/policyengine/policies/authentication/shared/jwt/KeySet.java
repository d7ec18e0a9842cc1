package io.policyengine.policies.authentication.shared.jwt;

import io.policyengine.policies.shared.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The keys that verify an issuer's tokens: the public keys of a JWK set (RFC 7517 §5), or secrets. Immutable. */
public final class KeySet {
    /** Maximum number of keys in a JWK set. */
    public static final int MAX_KEYS = 250;

    /** Maximum number of keys tried for a token without a key id. Each verification takes up to half a millisecond. */
    public static final int MAX_TRIED = 4;

    private static final KeySet EMPTY = new KeySet(Map.of(), List.of(), List.of(), Sha256.of());

    private final Map<String, List<Jwk>> byId;
    private final List<Jwk> all;
    private final List<VerificationKey> secrets;
    private final Sha256 digest;

    /** The result of parsing a text: a key set, or the reason why it is not a key set. */
    public sealed interface Reading {
        /**
         * A usable set.
         *
         * @param passedOver problems of the invalid keys, which are skipped; keys for other uses are skipped without a
         *     problem
         */
        record Ok(KeySet keys, List<String> passedOver) implements Reading {}

        record Bad(String problem) implements Reading {}
    }

    private KeySet(Map<String, List<Jwk>> byId, List<Jwk> all, List<VerificationKey> secrets, Sha256 digest) {
        this.byId = byId;
        this.all = all;
        this.secrets = secrets;
        this.digest = digest;
    }

    public static KeySet empty() {
        return EMPTY;
    }

    /** Creates a set of secrets. Secrets have no ids, so all of them are tried. */
    public static KeySet ofSecrets(List<byte[]> secrets) {
        List<VerificationKey> keys =
                secrets.stream().map(VerificationKey::secret).toList();
        return new KeySet(Map.of(), List.of(), keys, Sha256.of(secrets.toArray(byte[][]::new)));
    }

    /** Parses a JWK set. The caller must limit its length. */
    public static Reading read(byte[] utf8) {
        ObjectNode json = StrictJson.read(utf8);
        if (json == null) {
            return new Reading.Bad("a JWK set must be a JSON object without duplicate members");
        }
        JsonNode keys = json.path("keys");
        if (!keys.isArray()) {
            return new Reading.Bad("a JWK set must have a list 'keys'");
        }
        if (keys.size() > MAX_KEYS) {
            return new Reading.Bad("a JWK set must have at most " + MAX_KEYS + " keys");
        }
        return read(keys, Sha256.of(utf8));
    }

    public static Reading read(String json) {
        return read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Reading read(JsonNode keys, Sha256 digest) {
        Map<String, List<Jwk>> byId = new HashMap<>();
        List<Jwk> all = new ArrayList<>();
        List<String> passedOver = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            switch (Jwk.read(keys.get(i))) {
                case Jwk.Reading.ForeignUse() -> {}
                case Jwk.Reading.Bad(String problem) -> passedOver.add("/keys/" + i + ": " + problem);
                case Jwk.Reading.Ok(Jwk jwk) -> {
                    all.add(jwk);
                    if (jwk.id() != null) {
                        byId.computeIfAbsent(jwk.id(), _ -> new ArrayList<>(1)).add(jwk);
                    }
                }
            }
        }
        return new Reading.Ok(new KeySet(byId, List.copyOf(all), List.of(), digest), passedOver);
    }

    /** Builds all keys, in a tenth of a millisecond each, and returns the faults of those that cannot be built. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Jwk jwk : all) {
            if (jwk.build() instanceof Jwk.Building.Bad(String problem)) {
                faults.add((jwk.id() == null ? "a key without kid" : "the key of kid '" + jwk.id() + "'") + ": "
                        + problem);
            }
        }
        return faults;
    }

    public int size() {
        return all.size();
    }

    /** Returns whether both sets were read from the same text. */
    public boolean isSameAs(KeySet other) {
        return this == other || digest.equals(other.digest);
    }

    /** Returns whether a key of the set has the token's {@code kid}. If so, fetching the set again would not help. */
    public boolean names(JwsHeader header) {
        String id = header.keyId();
        return id != null && byId.containsKey(id);
    }

    /**
     * Returns the keys that may have signed a token: all secrets for a symmetric algorithm, else the key with the
     * token's {@code kid}. If the token or the set has no ids, returns all keys for the algorithm. The result is empty
     * if several keys have the id, or if more than {@value #MAX_TRIED} keys fit a token without an id.
     */
    public List<VerificationKey> find(JwsHeader header) {
        if (header.algorithm().isSymmetric()) {
            return secrets;
        }
        String id = header.keyId();
        List<Jwk> suited = id == null || byId.isEmpty()
                ? distinct(all, header.algorithm(), MAX_TRIED)
                : distinct(byId.getOrDefault(id, List.of()), header.algorithm(), 1);
        List<VerificationKey> found = new ArrayList<>(suited.size());
        for (Jwk jwk : suited) {
            if (jwk.build() instanceof Jwk.Building.Ok(VerificationKey key)) {
                found.add(key);
            }
        }
        return found;
    }

    /** Returns the keys for the algorithm without duplicates; empty if there are more than {@code most}. */
    private static List<Jwk> distinct(List<Jwk> keys, JwsAlgorithm algorithm, int most) {
        List<Jwk> suited = new ArrayList<>(1);
        for (Jwk jwk : keys) {
            if (jwk.suits(algorithm) && suited.stream().noneMatch(jwk::hasSameMembersAs)) {
                if (suited.size() == most) {
                    return List.of();
                }
                suited.add(jwk);
            }
        }
        return suited;
    }
}

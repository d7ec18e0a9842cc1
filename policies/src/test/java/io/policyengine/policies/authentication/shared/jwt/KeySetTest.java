package io.policyengine.policies.authentication.shared.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class KeySetTest {
    private static final TestKey RSA = TestKey.rsa("RS256", "rsa", 2048);
    private static final TestKey PSS = TestKey.rsa("PS256", "pss", 2048);
    private static final TestKey EC = TestKey.ec("ec");
    private static final TestKey ED25519 = TestKey.edwards("Ed25519", "ed25519");
    private static final TestKey ED448 = TestKey.edwards("Ed448", "ed448");
    private static final List<TestKey> ALL = List.of(RSA, PSS, EC, ED25519, ED448);

    @Test
    void verifiesByEveryKindOfKeyAndByNoOtherKeyOfTheSet() {
        KeySet keys = keys(ALL.toArray(TestKey[]::new));

        for (TestKey key : ALL) {
            assertThat(isVerified(keys, key.token("{}"))).as(key.algorithm()).isTrue();
            for (TestKey other : ALL) {
                String header = "{\"alg\":\"" + other.algorithm() + "\",\"kid\":\"" + other.id() + "\"}";
                assertThat(isVerified(keys, key.token(header, "{}")))
                        .as("%s as %s", key.id(), other.id())
                        .isEqualTo(key.id().equals(other.id()));
            }
        }
    }

    @Test
    void takesNoKeyForAnAlgorithmThatItIsNotMeantFor() {
        KeySet keys = keys(RSA, EC);

        for (String algorithm : List.of("RS384", "PS256", "ES256", "ES384", "EdDSA", "HS256")) {
            Jws jws = read(RSA.token("{\"alg\":\"" + algorithm + "\",\"kid\":\"rsa\"}", "{}"));
            assertThat(keys.find(jws.header())).as(algorithm).isEmpty();
        }
    }

    @Test
    void triesTheKeysOfATokenThatNamesNoneWhileTheyAreFew() {
        TestKey[] few = ecKeys(KeySet.MAX_TRIED);
        TestKey[] many = ecKeys(KeySet.MAX_TRIED + 1);
        String header = "{\"alg\":\"ES256\"}";

        assertThat(isVerified(keys(few), few[KeySet.MAX_TRIED - 1].token(header, "{}")))
                .isTrue();
        assertThat(isVerified(keys(many), many[0].token(header, "{}"))).isFalse();
        assertThat(isVerified(keys(many), many[0].token("{}"))).isTrue();
    }

    @Test
    void ignoresTheNameThatATokenGivesIfTheSetNamesNoKey() {
        KeySet keys = set("{\"keys\":[" + EC.jwk().replace("\"kid\":\"ec\",", "") + "]}");

        assertThat(isVerified(keys, EC.token("{}"))).isTrue();
        assertThat(keys.names(read(EC.token("{}")).header())).isFalse();
    }

    @Test
    void usesNoneOfTwoKeysOfOneName() {
        TestKey same = TestKey.ec("ec");

        assertThat(isVerified(keys(EC, same), EC.token("{}"))).isFalse();
        assertThat(isVerified(keys(EC, EC), EC.token("{}"))).isTrue();
    }

    @Test
    void passesOverKeysThatAreForSomethingElse() {
        KeySet keys = set("""
                {"keys": [ {"kty": "EC", "use": "enc"}, {"kty": "EC", "key_ops": ["deriveKey"]}, {"kty": "AKP"},
                           {"kty": "OKP", "crv": "X25519", "x": "AA"}, {"kty": "EC", "crv": "secp256k1"}, %s ]}""".formatted(EC.jwk()));

        assertThat(keys.size()).isOne();
        assertThat(keys.faults()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithAKey() {
        String pssForEc = EC.jwk().replace("ES256", "PS256");
        KeySet.Reading reading = KeySet.read(
                "{\"keys\": [ 1, {}, {\"kty\": \"oct\", \"k\": \"AAAA\"}, {\"kty\": \"RSA\", \"d\": \"AA\"}, "
                        + "{\"kty\": \"RSA\", \"kid\": 7}, " + pssForEc + " ]}");

        assertThat(reading).isInstanceOfSatisfying(KeySet.Reading.Ok.class, ok -> {
            assertThat(ok.keys().size()).isZero();
            assertThat(ok.passedOver())
                    .extracting(problem -> problem.toString().substring(0, 15))
                    .containsExactly(
                            "/keys/0: a key ",
                            "/keys/1: kty is",
                            "/keys/2: a secr",
                            "/keys/3: a priv",
                            "/keys/4: kid mu",
                            "/keys/5: alg do");
        });
    }

    @Test
    void usesNoUnsafeKey() {
        String point = EC.jwk().replaceFirst("\"x\":\"....", "\"x\":\"AAAA");
        for (String jwk : List.of(
                TestKey.rsa("RS256", "small", 1024).jwk(),
                RSA.jwk().replace("AQAB", "AQ"),
                RSA.jwk().replace("AQAB", "AQAA"),
                RSA.jwk().replace("AQAB", "AQABAQAB"),
                RSA.jwk().replaceFirst("\"n\":\"", "\"n\":\"" + "_".repeat(1400)),
                RSA.jwk().replaceFirst("\"n\":\"", "\"n\":\"="),
                point,
                ED25519.jwk().replaceFirst("\"x\":\".", "\"x\":\""),
                ED448.jwk().replaceFirst("\"x\":\"[^\"]*", "\"x\":\""))) {
            assertThat(set("{\"keys\":[" + jwk + "]}").faults()).as(jwk).hasSize(1);
        }
    }

    @Test
    void refusesWhatIsNoSet() {
        for (String text : List.of(
                "",
                "[]",
                "{}",
                "{\"keys\":{}}",
                "{\"keys\":[]} x",
                "{\"keys\":[],\"keys\":[]}",
                "<html>",
                "\uFEFF{\"keys\":[]}")) {
            assertThat(KeySet.read(text)).as(text).isInstanceOf(KeySet.Reading.Bad.class);
        }
        assertThat(KeySet.read(setOf(KeySet.MAX_KEYS))).isInstanceOf(KeySet.Reading.Ok.class);
        assertThat(KeySet.read(setOf(KeySet.MAX_KEYS + 1))).isInstanceOf(KeySet.Reading.Bad.class);
    }

    @Test
    void takesNoShortSecret() {
        assertThatIllegalArgumentException().isThrownBy(() -> KeySet.ofSecrets(List.of(new byte[31])));
        TestKey secret = TestKey.secret(new byte[32], "s");
        KeySet keys = KeySet.ofSecrets(List.of(new byte[33], new byte[32]));

        assertThat(isVerified(keys, secret.token("{}"))).isTrue();
        assertThat(isVerified(keys, secret.token("{\"alg\":\"HS384\"}", "{}"))).isFalse();
        assertThat(isVerified(KeySet.empty(), secret.token("{}"))).isFalse();
    }

    @Test
    void knowsTheSameTextAgain() {
        assertThat(keys(EC).isSameAs(keys(EC))).isTrue();
        assertThat(keys(EC).isSameAs(keys(EC, RSA))).isFalse();
        assertThat(KeySet.ofSecrets(List.of(new byte[32])).isSameAs(KeySet.ofSecrets(List.of(new byte[33]))))
                .isFalse();
    }

    private static String setOf(int keys) {
        return "{\"keys\":["
                + IntStream.range(0, keys)
                        .mapToObj(i -> "{\"kty\":\"RSA\",\"kid\":\"" + i + "\"}")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private static TestKey[] ecKeys(int count) {
        return IntStream.range(0, count).mapToObj(i -> TestKey.ec("k" + i)).toArray(TestKey[]::new);
    }

    private static KeySet keys(TestKey... keys) {
        return set(TestKey.set(keys));
    }

    private static KeySet set(String set) {
        return switch (KeySet.read(set)) {
            case KeySet.Reading.Ok(KeySet keys, List<String> _) -> keys;
            case KeySet.Reading.Bad(String problem) -> throw new AssertionError(problem);
        };
    }

    private static Jws read(String token) {
        return switch (Jws.read(token)) {
            case Jws.Reading.Ok(Jws jws) -> jws;
            case Jws.Reading.Faulty(JwsFault fault) -> throw new AssertionError(fault);
        };
    }

    private static boolean isVerified(KeySet keys, String token) {
        Jws jws = read(token);
        return keys.find(jws.header()).stream().anyMatch(key -> key.verifies(jws));
    }
}

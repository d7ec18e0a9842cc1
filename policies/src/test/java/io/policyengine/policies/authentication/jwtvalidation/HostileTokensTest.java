package io.policyengine.policies.authentication.jwtvalidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.policies.authentication.shared.jwt.TestKey;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.FakeTicker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/** Tokens that an attacker, or a careless issuer, would send: each with the answer that it gets. */
final class HostileTokensTest {
    private static final String A = "https://a.example";
    private static final String B = "https://b.example";
    private static final String H = "https://h.example";
    private static final long NOW = FakeTicker.START.getEpochSecond();
    private static final TestKey RSA = TestKey.rsa("RS256", "rsa", 2048);
    private static final TestKey EC = TestKey.ec("ec");
    private static final TestKey ED = TestKey.edwards("Ed25519", "ed");
    private static final TestKey OF_B = TestKey.ec("of-b");
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final TestKey HS = TestKey.secret(SECRET, "hs");
    private static final TestKey STRANGER = TestKey.ec("ec");

    private final FakeEnvironment environment = new FakeEnvironment();
    private final PolicyTester policy = tester();
    private final List<Hostile> corpus = new ArrayList<>();

    /** A token, and the answer to it: 200 if it is good. */
    private record Hostile(String name, String token, int status, String code) {}

    private PolicyTester tester() {
        environment.writeFile("a.json", TestKey.set(RSA, EC, ED));
        environment.writeFile("b.json", TestKey.set(OF_B));
        return PolicyTester.of(new JwtValidationFactory(), """
                issuers:
                  - { issuer: "https://a.example", audiences: api, jwks_file: a.json }
                  - { issuer: "https://b.example", jwks_file: b.json, algorithms: ES256, max_age_s: 60 }
                  - { issuer: "https://h.example", secret: 0123456789abcdef0123456789abcdef }
                required_scopes: read
                required_claims: { tenant: [ acme, 7 ] }
                """, environment);
    }

    @TestFactory
    Stream<DynamicTest> eachGetsItsAnswer() {
        good();
        algorithms();
        keysOfTheTokenItself();
        headers();
        forms();
        claims();
        times();
        audiencesAndMore();

        assertThat(corpus.size()).isGreaterThanOrEqualTo(60);
        return corpus.stream().map(hostile -> DynamicTest.dynamicTest(hostile.name(), () -> requireAnswer(hostile)));
    }

    @Test
    void tokensThatAreGoodUntilTheyAreAlteredAreRefusedAtEachOctet() {
        String token = EC.token(claims("\"exp\":" + (NOW + 60)));

        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            String altered = token.substring(0, i) + other + token.substring(i + 1);
            assertThat(send(altered).isDenied()).as("octet %s", i).isTrue();
        }
        assertThat(send(token).isDenied()).isFalse();
    }

    @Test
    void hugeAndDeepTokensAreRefused() {
        assertThat(send("e".repeat(1_000_000)).denial().body().toString()).contains("TOKEN_TOO_LARGE");
        assertThat(send(EC.token(claims("\"x\":" + "[".repeat(15) + "]".repeat(15))))
                        .isDenied())
                .isFalse();
        assertThat(send(EC.token(claims("\"x\":" + "[".repeat(16) + "]".repeat(16))))
                        .isDenied())
                .isTrue();
        assertThat(send(EC.token(claims("\"x\":" + "9".repeat(64)))).isDenied()).isFalse();
        assertThat(send(EC.token(claims("\"x\":" + "9".repeat(65)))).isDenied()).isTrue();
    }

    private void good() {
        passes("RSA", RSA.token(claims("")));
        passes("ECDSA", EC.token(claims("")));
        passes("EdDSA", ED.token(claims("")));
        passes("HMAC with the secret", HS.token(claims("", H)));
        passes("without type", EC.token("{\"alg\":\"ES256\",\"kid\":\"ec\"}", claims("")));
        passes("an access token of RFC 9068", EC.token(header("\"typ\":\"at+jwt\""), claims("")));
        passes("a type with its prefix, in capitals", EC.token(header("\"typ\":\"APPLICATION/AT+JWT\""), claims("")));
        passes("unknown members of the header", EC.token(header("\"x\":{\"y\":[1]},\"cty\":\"x\""), claims("")));
    }

    private void algorithms() {
        for (String none : List.of("none", "None", "NONE", "nOnE", "", " none", "none ", "null")) {
            refused("alg '" + none + "'", unsigned("\"alg\":\"" + none + "\""), "TOKEN_ALGORITHM");
        }
        refused("none with a signature", EC.token("{\"alg\":\"none\",\"kid\":\"ec\"}", claims("")), "TOKEN_ALGORITHM");
        malformed("no alg", EC.token("{\"kid\":\"ec\"}", claims("")));
        malformed("alg null", EC.token("{\"alg\":null,\"kid\":\"ec\"}", claims("")));
        malformed("alg as a list", EC.token("{\"alg\":[\"ES256\"],\"kid\":\"ec\"}", claims("")));
        refused("alg in another case", EC.token("{\"alg\":\"es256\",\"kid\":\"ec\"}", claims("")), "TOKEN_ALGORITHM");
        refused(
                "an algorithm of encryption",
                EC.token("{\"alg\":\"RSA-OAEP\",\"kid\":\"ec\"}", claims("")),
                "TOKEN_ALGORITHM");
        byte[] publicKey = RSA.jwk().getBytes(StandardCharsets.UTF_8);
        refused("the public key as a secret", confused(publicKey), "TOKEN_ALGORITHM");
        refused("HMAC for an issuer with public keys", HS.token(claims("")), "TOKEN_ALGORITHM");
        refused("RSA for an issuer with a secret", RSA.token(claims("", H)), "TOKEN_ALGORITHM");
        refused("HMAC with an empty secret", confused(new byte[1]), "TOKEN_ALGORITHM");
        refused("HMAC with another secret", TestKey.secret(new byte[32], "hs").token(claims("", H)), "TOKEN_SIGNATURE");
        refused(
                "PS256 said, RS256 signed",
                RSA.token("{\"alg\":\"PS256\",\"kid\":\"rsa\"}", claims("")),
                "TOKEN_KEY_UNKNOWN");
        refused(
                "RS256 by a key of ECDSA",
                EC.token("{\"alg\":\"RS256\",\"kid\":\"ec\"}", claims("")),
                "TOKEN_KEY_UNKNOWN");
        refused(
                "RS384, which is not listed",
                RSA.token("{\"alg\":\"RS384\",\"kid\":\"rsa\"}", claims("")),
                "TOKEN_ALGORITHM");
    }

    private void keysOfTheTokenItself() {
        malformed("an embedded key", STRANGER.token(header("\"jwk\":" + STRANGER.jwk()), claims("")));
        for (String member : List.of("jku", "x5u")) {
            malformed(member, STRANGER.token(header("\"" + member + "\":\"https://evil.example\""), claims("")));
        }
        malformed("x5c", STRANGER.token(header("\"x5c\":[\"AAAA\"]"), claims("")));
        refused("a stranger's key of the same kid", STRANGER.token(claims("")), "TOKEN_SIGNATURE");
        refused("issuer A, signed by B", OF_B.token(claims("")), "TOKEN_KEY_UNKNOWN");
        refused("issuer A, signed by B, with a kid of A", OF_B.token(header(""), claims("")), "TOKEN_SIGNATURE");
        for (String kid : List.of(
                "../../../etc/passwd",
                "/dev/null",
                "ec' OR '1'='1",
                "https://evil.example/jwks",
                "ec\\u0000",
                "EC",
                "ec ",
                "",
                "${env:HOME}")) {
            refused(
                    "kid " + kid,
                    EC.token("{\"alg\":\"ES256\",\"kid\":\"" + kid + "\"}", claims("")),
                    "TOKEN_KEY_UNKNOWN");
        }
        for (String kid : List.of("7", "null", "[\"ec\"]", "{}")) {
            malformed("kid " + kid, EC.token("{\"alg\":\"ES256\",\"kid\":" + kid + "}", claims("")));
        }
    }

    private void headers() {
        for (String crit : List.of("[]", "[\"exp\"]", "[\"b64\"]", "[\"alg\"]", "\"exp\"", "null", "[1]")) {
            malformed("crit " + crit, EC.token(header("\"crit\":" + crit), claims("")));
        }
        malformed("a payload that is not encoded", EC.token(header("\"b64\":false"), claims("")));
        for (String type : List.of("dpop+jwt", "logout+jwt", "secevent+jwt", "JWS", "jwt ", "")) {
            refused("typ " + type, EC.token(header("\"typ\":\"" + type + "\""), claims("")), "TOKEN_TYPE");
        }
        malformed("typ as a list", EC.token(header("\"typ\":[\"JWT\"]"), claims("")));
        malformed("alg twice", EC.token("{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"ec\"}", claims("")));
        malformed("kid twice", EC.token("{\"alg\":\"ES256\",\"kid\":\"x\",\"kid\":\"ec\"}", claims("")));
        malformed(
                "alg twice, once escaped",
                EC.token("{\"alg\":\"ES256\",\"\\u0061lg\":\"none\",\"kid\":\"ec\"}", claims("")));
        malformed("a header that is a list", EC.token("[]", claims("")));
        malformed("a header with more behind it", EC.token("{\"alg\":\"ES256\",\"kid\":\"ec\"}{}", claims("")));
        malformed("a header with a comment", EC.token("{\"alg\":\"ES256\",/**/\"kid\":\"ec\"}", claims("")));
        malformed("a header after a byte order mark", EC.token("\uFEFF{\"alg\":\"ES256\",\"kid\":\"ec\"}", claims("")));
    }

    private void forms() {
        String good = EC.token(claims("\"jti\":\"forms\""));
        String[] parts = good.split("\\.", -1);
        malformed("padded", parts[0] + "=." + parts[1] + "." + parts[2]);
        malformed("padded signature", good + "==");
        malformed("the other alphabet", parts[0] + "." + parts[1] + "." + parts[2].substring(1) + "+");
        malformed("loose bits", parts[0] + "." + parts[1] + "." + loose(parts[2]));
        refused("a character too many", good + "A", "TOKEN_SIGNATURE");
        refused("no signature", parts[0] + "." + parts[1] + ".", "TOKEN_SIGNATURE");
        malformed("two parts", parts[0] + "." + parts[1]);
        malformed("one part", parts[0]);
        malformed("four parts", good + "." + parts[2]);
        malformed("two signatures", good + "." + parts[2] + ".x.y");
        malformed("only dots", "..");
        refused("an encrypted token", parts[0] + "." + parts[1] + "." + parts[2] + ".AAAA.AAAA", "TOKEN_ENCRYPTED");
        refused(
                "an encrypted token in three parts",
                EC.token(header("\"enc\":\"A128GCM\""), claims("")),
                "TOKEN_ENCRYPTED");
        refused("r = s = 0", parts[0] + "." + parts[1] + "." + encoded(new byte[64]), "TOKEN_SIGNATURE");
        refused(
                "a signature in DER",
                parts[0] + "." + parts[1] + "." + encoded(new byte[] {0x30, 6, 2, 1, 1, 2, 1, 1}),
                "TOKEN_SIGNATURE");
        refused("huge", EC.token(claims("\"x\":\"" + "x".repeat(16_384) + "\"")), "TOKEN_TOO_LARGE");
        malformed("deeply nested", EC.token(claims("\"x\":" + "[".repeat(5_000) + "]".repeat(5_000))));
        malformed("nested beyond the bound", EC.token(claims("\"x\":" + "[".repeat(16) + "]".repeat(16))));
        malformed("a token in a token", EC.token(header("\"cty\":\"JWT\""), EC.token(claims(""))));
    }

    private void claims() {
        malformed("claims that are a list", EC.token("[]"));
        malformed("claims that are a text", EC.token("\"x\""));
        malformed("no claims", EC.token(""));
        forbidden("empty claims", EC.token("{}"), "TOKEN_ISSUER");
        malformed("iss twice", EC.token(claims("\"iss\":\"" + A + "\"")));
        malformed("sub twice, deep inside", EC.token(claims("\"x\":{\"sub\":1,\"sub\":2}")));
        malformed("claims with more behind them", EC.token(claims("") + "x"));
        malformed("claims that are not UTF-8", notUtf8());
        for (String issuer : List.of(
                "https://A.example", A + "/", "http://a.example", A + "\\u0000", " " + A, "https://evil.example")) {
            forbidden("issuer " + issuer, EC.token(claims("", issuer)), "TOKEN_ISSUER");
        }
        malformed("an issuer that is a list", EC.token("{\"iss\":[\"" + A + "\"]}"));
        refused("nobody", EC.token(claims("").replace("\"sub\":\"alice\",", "")), "TOKEN_SUBJECT");
        for (String subject : List.of(
                "\"\"", "7", "null", "\"a\\r\\nX-User-ID: root\"", "\" alice\"", "\"\\ud800\"", "[\"alice\"]")) {
            refused("subject " + subject, EC.token(claims("").replace("\"alice\"", subject)), "TOKEN_SUBJECT");
        }
    }

    private void times() {
        refused("expired", EC.token(claims("\"exp\":" + (NOW - 30))), "TOKEN_EXPIRED");
        passes("expired within the leeway", EC.token(claims("\"exp\":" + (NOW - 29))));
        refused("expired before 1970", EC.token(claims("\"exp\":-1e300")), "TOKEN_EXPIRED");
        passes("never expires", EC.token(claims("\"exp\":9223372036854775807")));
        refused("without exp", EC.token(claims("").replace(",\"exp\":" + (NOW + 60), "")), "TOKEN_WITHOUT_TIME");
        for (String time : List.of(
                "\"" + (NOW + 60) + "\"", "null", "true", "{}", "NaN", "Infinity", "0x7fffffff", "9".repeat(65))) {
            malformed("exp " + time, EC.token(claims("\"exp\":" + time)));
        }
        refused("not yet valid", EC.token(claims("\"nbf\":" + (NOW + 31))), "TOKEN_NOT_YET_VALID");
        passes("valid soon, within the leeway", EC.token(claims("\"nbf\":" + (NOW + 30))));
        malformed("nbf as a text", EC.token(claims("\"nbf\":\"0\"")));
        refused("from the future", EC.token(claims("\"iat\":" + (NOW + 31))), "TOKEN_NOT_YET_VALID");
        refused("too old", OF_B.token(claims("\"iat\":" + (NOW - 90), B)), "TOKEN_TOO_OLD");
        passes("old enough", OF_B.token(claims("\"iat\":" + (NOW - 89), B)));
        refused("of unknown age", OF_B.token(claims("", B)), "TOKEN_WITHOUT_TIME");
    }

    private void audiencesAndMore() {
        passes("an audience among others", EC.token(claims("").replace("\"aud\":\"api\"", "\"aud\":[\"x\",\"api\"]")));
        for (String audience : List.of("[]", "\"\"", "\"API\"", "\"api \"", "[\"x\"]", "\"x api\"")) {
            forbidden(
                    "audience " + audience,
                    EC.token(claims("").replace("\"aud\":\"api\"", "\"aud\":" + audience)),
                    "TOKEN_AUDIENCE");
        }
        for (String audience : List.of("7", "null", "{\"api\":1}", "[\"api\",7]", "[[\"api\"]]")) {
            malformed("audience " + audience, EC.token(claims("").replace("\"aud\":\"api\"", "\"aud\":" + audience)));
        }
        forbidden("no audience", EC.token(claims("").replace("\"aud\":\"api\",", "")), "TOKEN_AUDIENCE");
        passes("a required claim that is a number", EC.token(claims("").replace("\"acme\"", "7.0")));
        passes("a required claim that is a list", EC.token(claims("").replace("\"acme\"", "[\"x\",\"acme\"]")));
        for (String tenant : List.of("\"ACME\"", "\"7\"", "null", "{\"acme\":1}", "[]")) {
            forbidden("tenant " + tenant, EC.token(claims("").replace("\"acme\"", tenant)), "TOKEN_CLAIM");
        }
        for (String scope : List.of(
                "\"\"", "\"READ\"", "\"read,write\"", "\"readwrite\"", "[]", "7", "[\"read\",7]", "\"write\\tread\"")) {
            forbidden("scope " + scope, EC.token(claims("").replace("\"read write\"", scope)), "INSUFFICIENT_SCOPE");
        }
        passes("scopes as a list", EC.token(claims("").replace("\"read write\"", "[\"write\",\"read\"]")));
    }

    private void passes(String name, String token) {
        corpus.add(new Hostile("passes: " + name, token, 200, ""));
    }

    private void malformed(String name, String token) {
        refused(name, token, "TOKEN_MALFORMED");
    }

    private void refused(String name, String token, String code) {
        corpus.add(new Hostile(name, token, 401, code));
    }

    private void forbidden(String name, String token, String code) {
        corpus.add(new Hostile(name, token, 403, code));
    }

    private void requireAnswer(Hostile hostile) {
        // The second time from memory, where the token is remembered.
        for (int time = 1; time <= 2; time++) {
            RequestRun run = send(hostile.token());
            assertThat(run.isDenied()).as(hostile.token()).isEqualTo(hostile.status() != 200);
            if (run.isDenied()) {
                ImmediateResponse denial = run.denial();
                assertThat(new JsonMapper()
                                .readTree(denial.body().toString())
                                .path("code")
                                .stringValue())
                        .isEqualTo(hostile.code());
                assertThat(denial.status()).isEqualTo(hostile.status());
                assertThat(denial.headers().get("www-authenticate"))
                        .startsWith("Bearer realm=\"restricted\", error=\"")
                        .contains(hostile.code().equals("INSUFFICIENT_SCOPE") ? "insufficient_scope" : "invalid_token");
            } else {
                assertThat(run.request().headers().get("x-user-id")).isEqualTo("alice");
            }
        }
    }

    private RequestRun send(String token) {
        return policy.request(TestMessages.get("/", "authorization", "Bearer " + token, "x-user-id", "root"));
    }

    private static String claims(String more) {
        return claims(more, A);
    }

    /** Claims that are good, with these; an exp of their own replaces the usual one. */
    private static String claims(String more, String issuer) {
        String expiry = more.contains("\"exp\"") ? "" : ",\"exp\":" + (NOW + 60);
        return "{\"iss\":\"" + issuer
                + "\",\"sub\":\"alice\",\"aud\":\"api\",\"tenant\":\"acme\",\"scope\":\"read write\"" + expiry
                + (more.isEmpty() ? "" : "," + more) + "}";
    }

    private static String header(String more) {
        return "{\"alg\":\"ES256\",\"kid\":\"ec\"" + (more.isEmpty() ? "" : "," + more) + "}";
    }

    private static String unsigned(String header) {
        return TestKey.base64url("{" + header + "}") + "." + TestKey.base64url(claims("")) + ".";
    }

    private static String confused(byte[] secret) {
        return TestKey.secret(secret, "rsa").token("{\"alg\":\"HS256\",\"kid\":\"rsa\"}", claims(""));
    }

    private static String notUtf8() {
        byte[] claims = claims("\"x\":\"?\"").getBytes(StandardCharsets.US_ASCII);
        claims[claims.length - 3] = (byte) 0xFF;
        String signed = TestKey.base64url(header("")) + "." + encoded(claims);
        return signed + "." + encoded(EC.sign(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The same octets spelled with a bit that stands for nothing: 64 octets leave four of them. */
    private static String loose(String signature) {
        char last = signature.charAt(signature.length() - 1);
        return signature.substring(0, signature.length() - 1) + (char) (last + 1);
    }

    private static String encoded(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }
}

package io.policyengine.policies.authentication.jwtvalidation;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.params.BoundParams;
import io.policyengine.core.params.ParamsBinder;
import io.policyengine.core.policy.HeaderUse;
import io.policyengine.core.policy.Phase;
import io.policyengine.policies.authentication.shared.jwt.TestKey;
import io.policyengine.testkit.log.CapturedLog;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.FakeTicker;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class JwtValidationTest {
    private static final JwtValidationFactory FACTORY = new JwtValidationFactory();
    private static final String SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2";
    private static final String WITH_SECRET = "issuers: [ { issuer: me, secret: " + SECRET + " } ]";
    private static final TestKey HS = TestKey.secret(SECRET.getBytes(StandardCharsets.UTF_8), "s");

    private final FakeEnvironment environment = new FakeEnvironment();

    @Test
    void noTokenIsWronglyJudgedWhileKeysAreRotatedUnderLoad() throws Exception {
        List<TestKey> keys =
                IntStream.range(0, 6).mapToObj(i -> TestKey.ec("k" + i)).toList();
        TestKey stranger = TestKey.ec("k0");
        environment.writeFile("keys.json", TestKey.set(keys.get(0), keys.get(1)));
        PolicyTester policy =
                PolicyTester.of(FACTORY, "issuers: [ { issuer: me, jwks_file: keys.json } ]", environment);
        List<String> always = IntStream.range(0, 20)
                .mapToObj(i -> keys.get(0).token(claims(i)))
                .toList();
        List<String> never =
                IntStream.range(0, 20).mapToObj(i -> stranger.token(claims(i))).toList();
        Callable<Long> admitted = () -> count(policy, always);
        Callable<Long> refused = () -> count(policy, never);

        List<Future<Long>> good = new ArrayList<>();
        List<Future<Long>> bad = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            good.add(threads.submit(admitted));
            good.add(threads.submit(admitted));
            bad.add(threads.submit(refused));
            for (int i = 0; i < 300; i++) {
                environment.writeFile("keys.json", TestKey.set(keys.get(0), keys.get(1 + i % 5)));
            }
        }

        for (Future<Long> count : good) {
            assertThat(count.get()).isEqualTo(1_000);
        }
        assertThat(bad.getFirst().get()).isZero();
    }

    /** How many of a thousand requests with these tokens pass. */
    private static long count(PolicyTester policy, List<String> tokens) {
        return IntStream.range(0, 1_000)
                .filter(i -> !send(policy, tokens.get(i % tokens.size())).isDenied())
                .count();
    }

    @Test
    void aKeyThatLeavesTheFileTakesItsTokensWithIt() {
        TestKey key = TestKey.ec("a");
        environment.writeFile("keys.json", TestKey.set(key));
        PolicyTester policy =
                PolicyTester.of(FACTORY, "issuers: [ { issuer: me, jwks_file: keys.json } ]", environment);
        String token = key.token(claims(1));
        assertThat(send(policy, token).isDenied()).isFalse();

        environment.writeFile("keys.json", "{ damaged");
        assertThat(send(policy, token).isDenied()).isFalse();
        environment.writeFile("keys.json", TestKey.set(TestKey.ec("b")));

        assertThat(send(policy, token).isDenied()).isTrue();
        assertThat(environment.cache("tokens")).hasToString("1 hits, 1 stale, 1 missed");
        assertThat(environment.fileProblems())
                .singleElement()
                .asString()
                .contains("keys.json: a JWK set must be a JSON object");
    }

    @Test
    void aForgedTokenThatIsRememberedPassesOnceItsKeyIsKnown() {
        TestKey old = TestKey.ec("a");
        TestKey next = TestKey.ec("a");
        environment.writeFile("keys.json", TestKey.set(old));
        PolicyTester policy =
                PolicyTester.of(FACTORY, "issuers: [ { issuer: me, jwks_file: keys.json } ]", environment);
        String token = next.token(claims(1));
        assertThat(send(policy, token).isDenied()).isTrue();
        assertThat(send(policy, token).isDenied()).isTrue();

        environment.writeFile("keys.json", TestKey.set(next));

        assertThat(send(policy, token).isDenied()).isFalse();
    }

    @Test
    void aReloadThatChangesSecretsForgetsTheirTokens() {
        PolicyTester before = PolicyTester.of(FACTORY, WITH_SECRET, environment);
        String token = HS.token(claims(1));
        assertThat(send(before, token).isDenied()).isFalse();

        PolicyTester after = PolicyTester.of(FACTORY, WITH_SECRET.replace("hunter2-h", "hunter3-h"), environment);

        assertThat(send(after, token).isDenied()).isTrue();
    }

    @Test
    void entriesWithTheSameIssuersShareTokensAndEachJudgesScopesAudienceAndFields() {
        String issuers = "issuers: [ { issuer: me, secret: " + SECRET + ", audiences: ";
        PolicyTester reads = PolicyTester.of(FACTORY, issuers + "a } ]\nrequired_scopes: read", environment);
        PolicyTester writes = PolicyTester.of(FACTORY, issuers + "a } ]\nrequired_scopes: write", environment);
        PolicyTester others = PolicyTester.of(FACTORY, issuers + "b } ]", environment);
        PolicyTester fields =
                PolicyTester.of(FACTORY, issuers + "a } ]\nclaims_to_headers: { X-Scope: scope }", environment);
        String token = HS.token("{\"iss\":\"me\",\"sub\":\"alice\",\"aud\":\"a\",\"scope\":\"read\",\"exp\":"
                + (environment.clock().millis() / 1000 + 60) + "}");

        for (int i = 0; i < 2; i++) {
            assertThat(send(reads, token).isDenied()).isFalse();
            assertThat(send(writes, token).denial().status()).isEqualTo(403);
            assertThat(send(others, token).denial().body().toString()).contains("TOKEN_AUDIENCE");
            assertThat(send(fields, token).request().headers().get("x-scope")).isEqualTo("read");
        }

        assertThat(environment.cache("tokens")).hasToString("7 hits, 0 stale, 1 missed");
    }

    @Test
    void withoutMemoryForItsCachesItValidatesEachTokenAgain() {
        PolicyTester policy = PolicyTester.of(FACTORY, WITH_SECRET, environment);
        environment.resizeCaches(0);

        for (int i = 0; i < 3; i++) {
            assertThat(send(policy, HS.token(claims(1))).isDenied()).isFalse();
            assertThat(send(policy, HS.token(claims(1)) + "AAAA").isDenied()).isTrue();
        }

        assertThat(environment.cache("tokens")).hasToString("0 hits, 0 stale, 6 missed");
    }

    @Test
    void tellsNoSecretAndNoToken() {
        try (var log = CapturedLog.of("io.policyengine")) {
            PolicyTester policy = PolicyTester.of(FACTORY, WITH_SECRET, environment);
            String token = HS.token(claims(1));
            RequestRun refused = send(policy, token + "AAAA");

            assertThat(refused.denial().body().toString() + refused.denial().headers())
                    .doesNotContain("hunter2", token.substring(0, 20), "alice");
            assertThat(log.messages()).noneMatch(message -> message.contains("hunter2") || message.contains("eyJ"));
        }
        assertThat(params(WITH_SECRET).toString()).doesNotContain("hunter2");
    }

    @Test
    void declaresTheFieldsThatTellWhoTheClientIs() {
        JwtValidationParams params = params(
                WITH_SECRET
                        + "\nclaims_to_headers: { X-Tenant: tenant }\nforward: false\ntoken_sources: [ { header: X-Token }, { cookie: c } ]");

        var facts = FACTORY.facts(params, Phase.REQUEST);

        assertThat(facts.identityFields())
                .containsExactlyInAnyOrder("x-user-id", "x-user-email", "x-user-tier", "x-tenant");
        assertThat(facts.read()).containsExactlyInAnyOrder("x-token", "cookie");
        assertThat(facts.does(HeaderUse.Action.REMOVES, "x-token")).isTrue();
        assertThat(facts.does(HeaderUse.Action.REMOVES, "cookie")).isFalse();
        assertThat(facts.does(HeaderUse.Action.SETS, "x-user-id")).isTrue();
    }

    /** A coarse statistic: medians of measurements that take turns, so that a busy machine moves both. */
    @Test
    void aSignatureThatIsNearlyRightTakesAsLongAsOneThatIsNotRightAtAll() {
        PolicyTester policy = PolicyTester.of(FACTORY, WITH_SECRET + "\ncache: { max_entries: 0 }", environment);
        String token = HS.token(claims(1));
        String signed = token.substring(0, token.lastIndexOf('.') + 1);
        String nearly = token.substring(0, token.length() - 2) + (token.endsWith("A") ? "BA" : "AA");
        String notAtAll = signed + "A".repeat(43);

        long[] first = new long[2_000];
        long[] second = new long[2_000];
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < first.length; i++) {
                first[i] = nanos(policy, nearly);
                second[i] = nanos(policy, notAtAll);
            }
        }
        Arrays.sort(first);
        Arrays.sort(second);

        double ratio = (double) first[first.length / 2] / second[second.length / 2];
        assertThat(ratio).isBetween(0.5, 2.0);
    }

    private static long nanos(PolicyTester policy, String token) {
        long start = System.nanoTime();
        assertThat(send(policy, token).isDenied()).isTrue();
        return System.nanoTime() - start;
    }

    private static JwtValidationParams params(String yaml) {
        JsonNode json = new YAMLMapper().readTree(yaml);
        return switch (ParamsBinder.of(JwtValidationParams.class).bind(json)) {
            case BoundParams.Ok<JwtValidationParams>(JwtValidationParams bound) -> bound;
            case BoundParams.Invalid<JwtValidationParams>(var problems) -> throw new AssertionError(problems);
        };
    }

    private static String claims(int number) {
        return "{\"iss\":\"me\",\"sub\":\"alice\",\"jti\":\"" + number + "\",\"exp\":"
                + (FakeTicker.START.getEpochSecond() + 1_000) + "}";
    }

    private static RequestRun send(PolicyTester policy, String token) {
        return policy.request(TestMessages.get("/", "authorization", "Bearer " + token));
    }
}

package io.policyengine.policies.authentication.jwtvalidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutResponse;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.policies.authentication.shared.jwt.TestKey;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class KeyFetchTest {
    private static final String ISSUER = "https://a.example/realm";
    private static final String URI = "https://keys.example/jwks";
    private static final TestKey OLD = TestKey.ec("old");
    private static final TestKey NEW = TestKey.ec("new");
    private static final String PARAMS = "issuers: [ { issuer: \"" + ISSUER + "\", jwks_uri: \"" + URI + "\" } ]\n"
            + "jwks: { refresh_s: 100, cooldown_s: 30, timeout_ms: 400 }";

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget server = environment.useTarget(URI);

    @Test
    void fetchesTheKeysBeforeTheFirstToken() {
        serve(OLD);

        PolicyTester policy = policy();

        assertThat(server.requests()).hasSize(1);
        requirePass(policy, OLD);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void keysThatHaveNoRoomInMemoryAreNotTakenAndThoseThatAreHeldStay() {
        serve(OLD);
        PolicyTester policy = policy();
        environment.resizeCaches(0);
        serve(OLD, NEW);

        requireRefusal(policy, NEW, "TOKEN_KEY_UNKNOWN");
        requirePass(policy, OLD);
        environment.resizeCaches(1 << 20);
        environment.advance(Duration.ofSeconds(30));

        requirePass(policy, NEW);
    }

    @Test
    void refusesAtOnceWhileNoKeysWereEverHadAndPassesSoonAfterTheyCanBe() {
        PolicyTester policy = policy();

        requireRefusal(policy, OLD, "TOKEN_KEY_UNKNOWN");
        serve(OLD);
        requireRefusal(policy, OLD, "TOKEN_KEY_UNKNOWN");
        environment.advance(Duration.ofSeconds(5));

        requirePass(policy, OLD);
    }

    @Test
    void aFirstFetchThatFailsIsMadeAgainBeforeATokenNeedsIt() {
        PolicyTester policy = policy();
        assertThat(server.requests()).hasSize(1);
        environment.advance(Duration.ofMillis(99));
        assertThat(server.requests()).hasSize(1);
        environment.advance(Duration.ofMillis(1));
        assertThat(server.requests()).hasSize(2);
        serve(OLD);

        environment.advance(Duration.ofMillis(200));

        assertThat(server.requests()).hasSize(3);
        requirePass(policy, OLD);
        environment.advance(Duration.ofSeconds(60));
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void fetchesThatFailSlowDownToOneInFiveSecondsHoweverManyEntriesAndTokensWantThem() {
        policy();
        PolicyTester policy = policy();

        for (int i = 0; i < 613; i++) {
            environment.advance(Duration.ofMillis(100));
            requireRefusal(policy, OLD, "TOKEN_KEY_UNKNOWN");
        }

        // At 0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3 s, and then once in five.
        assertThat(server.requests()).hasSize(7 + 11);
    }

    @Test
    void aTokenOfANewKeyWaitsForOneFetchAndNoOtherTokenWaits() {
        serve(OLD);
        PolicyTester policy = policy();
        environment.advance(Duration.ofSeconds(31));
        serve(OLD, NEW);
        server.after(Duration.ofMillis(300));

        List<Future<RequestRun>> waiting = List.of(send(policy, NEW), send(policy, NEW), send(policy, TestKey.ec("x")));
        assertThat(waiting).noneMatch(Future::isComplete);
        requirePass(policy, OLD);
        environment.advance(Duration.ofMillis(300));

        assertThat(waiting.get(0).result().isDenied()).isFalse();
        assertThat(waiting.get(1).result().isDenied()).isFalse();
        assertThat(waiting.get(2).result().isDenied()).isTrue();
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aFloodOfUnknownKeysCausesOneFetchInACoolDown() {
        serve(OLD);
        PolicyTester policy = policy();

        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 20; i++) {
                String header = "{\"alg\":\"ES256\",\"kid\":\"k" + second + "-" + i + "\"}";
                requireRefusal(policy, OLD.token(header, claims()), "TOKEN_KEY_UNKNOWN");
            }
            requirePass(policy, OLD);
            environment.advance(Duration.ofSeconds(1));
        }

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aFloodOfUnknownKeysDuringAnOutageAsksEveryFiveSecondsAtMost() {
        serve(OLD);
        PolicyTester policy = policy();
        environment.advance(Duration.ofSeconds(31));
        server.fail(CalloutException.Kind.UNREACHABLE);

        for (int second = 0; second < 20; second++) {
            requireRefusal(policy, NEW, "TOKEN_KEY_UNKNOWN");
            requirePass(policy, OLD);
            environment.advance(Duration.ofSeconds(1));
        }

        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void aServerThatHangsCostsNoGoodTokenAnythingAndAnUnknownOneTheTimeOut() {
        serve(OLD);
        PolicyTester policy = policy();
        environment.advance(Duration.ofSeconds(31));
        server.hang();

        Future<RequestRun> unknown = send(policy, NEW);
        requirePass(policy, OLD);
        environment.advance(Duration.ofMillis(399));
        assertThat(unknown.isComplete()).isFalse();
        environment.advance(Duration.ofMillis(1));

        assertThat(unknown.result().isDenied()).isTrue();
        requireRefusal(policy, NEW, "TOKEN_KEY_UNKNOWN");
        assertThat(server.underWay()).isZero();
    }

    @Test
    void whateverTheServerAnswersTheLastGoodKeysStay() {
        Map<String, Consumer<FakeTarget>> attacks = Map.of(
                "500", target -> target.answer(500, TestKey.set(NEW)),
                "redirect",
                        target -> target.answer(
                                302,
                                HeaderMap.of("location", "http://169.254.169.254/"),
                                Buffer.buffer(TestKey.set(NEW))),
                "204", target -> target.answer(204, ""),
                "garbage", FakeTarget::garbage,
                "a list", target -> target.answer(200, "[]"),
                "too large", FakeTarget::tooLarge,
                "10,000 keys", target -> target.answer(200, tenThousandKeys()),
                "no keys", target -> target.answer(200, "{\"keys\":[]}"),
                "secrets",
                        target -> target.answer(200, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"new\"}]}"),
                "deep", target -> target.answer(200, "{\"keys\":" + "[".repeat(100_000)));

        attacks.forEach((name, attack) -> {
            serve(OLD);
            environment.advance(Duration.ofDays(1));
            PolicyTester policy = policy();
            requirePass(policy, OLD);
            attack.accept(server);
            for (int i = 0; i < 8; i++) {
                environment.advance(Duration.ofSeconds(60));
                requirePass(policy, OLD);
                assertThat(send(policy, NEW).result().isDenied()).as(name).isTrue();
            }
        });
    }

    @Test
    void keysAreFetchedAgainBesideBeforeTheyAreOld() {
        serve(OLD);
        PolicyTester policy = policy();
        environment.advance(Duration.ofSeconds(91));
        serve(NEW);
        server.after(Duration.ofMillis(300));

        requirePass(policy, OLD);
        assertThat(server.underWay()).isOne();
        environment.advance(Duration.ofMillis(300));

        requirePass(policy, NEW);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aKeyThatLeftTheSetIsRefusedOnceThatIsKnownThoughItsTokenIsRemembered() {
        serve(OLD, NEW);
        PolicyTester policy = policy();
        requirePass(policy, OLD);
        serve(NEW);

        environment.advance(Duration.ofSeconds(95));
        requirePass(policy, OLD);

        environment.advance(Duration.ofSeconds(1));
        requireRefusal(policy, OLD, "TOKEN_KEY_UNKNOWN");
        requirePass(policy, NEW);
    }

    @Test
    void theLastGoodKeysCountForFiveTimesTheirTimeDuringAnOutage() {
        serve(OLD);
        PolicyTester policy = policy();
        server.fail(CalloutException.Kind.UNREACHABLE);

        environment.advance(Duration.ofSeconds(499));
        requirePass(policy, OLD);
        environment.advance(Duration.ofSeconds(1));

        requireRefusal(policy, OLD, "TOKEN_KEY_UNKNOWN");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 404})
    void aServerThatAnswersWithAnErrorIsLikeOneThatDoesNotAnswer(int status) {
        serve(OLD);
        PolicyTester policy = policy();
        server.answer(status, TestKey.set(NEW));

        environment.advance(Duration.ofSeconds(499));
        requirePass(policy, OLD);
        requireRefusal(policy, NEW, "TOKEN_KEY_UNKNOWN");
        for (int second = 0; second < 20; second++) {
            environment.advance(Duration.ofSeconds(1));
            requireRefusal(policy, OLD, "TOKEN_KEY_UNKNOWN");
        }

        assertThat(server.requests()).as("no request asks it").hasSizeLessThan(20);
        serve(OLD);
        environment.advance(Duration.ofSeconds(5));
        requirePass(policy, OLD);
    }

    @Test
    void tokensThatNoKeyIsNamedForAreTriedWithNewerKeysOncePerCoolDown() {
        serve(OLD);
        PolicyTester policy = policy();
        environment.advance(Duration.ofSeconds(31));
        serve(NEW);

        requirePass(policy, NEW.token("{\"alg\":\"ES256\"}", claims()));
        for (int i = 0; i < 10; i++) {
            requireRefusal(policy, OLD.token("{\"alg\":\"ES256\"}", claims()), "TOKEN_SIGNATURE");
        }

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aServerThatRotatesEverySecondCostsNoTokenOfAKeyThatIsKnown() {
        List<TestKey> keys =
                IntStream.range(0, 4).mapToObj(i -> TestKey.ec("k" + i)).toList();
        serve(OLD, keys.getFirst());
        PolicyTester policy = policy();

        for (int second = 0; second < 300; second++) {
            serve(OLD, keys.get(second % 4), keys.get((second + 1) % 4));
            requirePass(policy, OLD);
            assertThat(send(policy, keys.get(second % 4)).isComplete()).isTrue();
            environment.advance(Duration.ofSeconds(1));
        }

        assertThat(server.requests()).hasSizeLessThanOrEqualTo(14);
    }

    @Test
    void boundsThoseWhoWaitForKeys() {
        serve(OLD);
        server.after(Duration.ofMillis(300));
        PolicyTester policy = policy();

        List<Future<RequestRun>> waiting = new ArrayList<>();
        for (int i = 0; i < IssuerKeys.MAX_WAITING; i++) {
            waiting.add(send(policy, OLD));
        }
        Future<RequestRun> oneMore = send(policy, OLD);

        assertThat(oneMore.cause())
                .isInstanceOfSatisfying(
                        PolicyException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED));
        environment.advance(Duration.ofMillis(300));
        assertThat(waiting).allMatch(run -> !run.result().isDenied());
    }

    @Test
    void whoIsCancelledWaitsNoLonger() {
        server.hang();
        PolicyTester policy = policy();

        assertThat(hangUp(policy, OLD).failed()).isTrue();
    }

    @Test
    void aFetchThatTakesLongerThanARequestMayIsThereForTheNext() {
        serve(OLD);
        server.after(Duration.ofMillis(300));
        PolicyTester policy = policy();

        hangUp(policy, OLD);
        environment.advance(Duration.ofMillis(300));

        requirePass(policy, OLD);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void clientsThatHangUpCauseOneFetchInACoolDown() {
        serve(OLD);
        PolicyTester policy = policy();
        environment.advance(Duration.ofSeconds(31));
        server.hang();

        for (int i = 0; i < 20; i++) {
            hangUp(policy, NEW);
        }

        assertThat(server.requests()).hasSize(2);
        environment.advance(Duration.ofMillis(400));
        assertThat(server.underWay()).isZero();
        requireRefusal(policy, NEW, "TOKEN_KEY_UNKNOWN");
        assertThat(server.requests()).hasSize(2);
    }

    /** The outcome of a request that ends while it waits for keys. */
    private Future<RequestOutcome> hangUp(PolicyTester policy, TestKey key) {
        Cancellation cancellation = new Cancellation();
        Call call = new Call("id", 1, environment.ticker().nanoTime() + 1_000_000_000L, cancellation);
        Future<RequestOutcome> outcome = policy.policy()
                .onRequest(new RequestContext(
                        TestMessages.get("/", "authorization", "Bearer " + key.token(claims())),
                        Metadata.empty(),
                        call));
        assertThat(outcome.isComplete()).isFalse();
        cancellation.cancel();
        return outcome;
    }

    @Test
    void keysOutliveAReload() {
        serve(OLD);
        requirePass(policy(), OLD);
        server.fail(CalloutException.Kind.UNREACHABLE);

        requirePass(policy(), OLD);

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void findsTheKeysByDiscovery() {
        FakeTarget document = environment.useTarget(ISSUER + "/.well-known/openid-configuration");
        document.answer(200, document(ISSUER, URI));
        serve(OLD);

        PolicyTester policy = PolicyTester.of(new JwtValidationFactory(), "issuer: \"" + ISSUER + "\"", environment);

        requirePass(policy, OLD);
        assertThat(document.requests()).hasSize(1);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void believesNoDocumentThatIsNotTheIssuers() {
        for (String text : List.of(
                document("https://evil.example", URI),
                document(ISSUER + "/", URI),
                document(ISSUER, "http://keys.example/jwks"),
                document(ISSUER, "http://169.254.169.254/latest"),
                document(ISSUER, "file:///etc/passwd"),
                document(ISSUER, "keys"),
                document(ISSUER, "https://user:pass@keys.example/"),
                "{}",
                "[]",
                "no JSON")) {
            FakeEnvironment own = new FakeEnvironment();
            own.useTarget(ISSUER + "/.well-known/openid-configuration").answer(200, text);
            own.useTarget(URI).answer(200, TestKey.set(OLD));

            PolicyTester policy = PolicyTester.of(new JwtValidationFactory(), "issuer: \"" + ISSUER + "\"", own);

            requireRefusal(policy, OLD, "TOKEN_KEY_UNKNOWN");
            assertThat(own.useTarget(URI).requests()).as(text).isEmpty();
        }
    }

    @Test
    void followsADocumentToEightPlacesAtMost() {
        FakeTarget document = environment.useTarget(ISSUER + "/.well-known/openid-configuration");
        List<FakeTarget> places = IntStream.range(0, 12)
                .mapToObj(i ->
                        environment.useTarget("https://keys" + i + ".example/").answer(200, TestKey.set(OLD)))
                .toList();
        int[] asked = new int[1];
        document.answer(_ -> new CalloutResponse(
                200,
                HeaderMap.empty(),
                Buffer.buffer(document(ISSUER, "https://keys" + asked[0]++ % 12 + ".example/"))));
        PolicyTester policy = PolicyTester.of(new JwtValidationFactory(), "issuer: \"" + ISSUER + "\"", environment);

        for (int i = 0; i < 11; i++) {
            requirePass(policy, OLD);
            environment.advance(Duration.ofSeconds(280));
        }

        assertThat(places.stream().filter(place -> !place.requests().isEmpty()).count())
                .isEqualTo(KeyLocation.Discovered.MAX_PLACES);
    }

    @Test
    void fetchesByHttpFromThisMachineOnlyUnlessAllowed() {
        String refused = "issuers: [ { issuer: a, jwks_uri: \"http://keys.example/\" } ]";
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> PolicyTester.of(new JwtValidationFactory(), refused, environment))
                .satisfies(refusal ->
                        assertThat(refusal.problems().getFirst().pointer()).isEqualTo("/issuers/0/jwks_uri"));
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(
                        () -> PolicyTester.of(new JwtValidationFactory(), "issuer: \"http://a.example\"", environment));
        PolicyTester.of(new JwtValidationFactory(), refused + "\nallow_http: true", environment);
        for (String host : List.of("localhost", "127.0.0.1", "127.9.9.9:8080", "[::1]:80")) {
            PolicyTester.of(new JwtValidationFactory(), refused.replace("keys.example", host), environment);
        }
        for (String host : List.of("localhost.evil.example", "127.0.0.1.evil.example", "127.1", "[::2]")) {
            assertThatExceptionOfType(InvalidParamsException.class)
                    .as(host)
                    .isThrownBy(() -> PolicyTester.of(
                            new JwtValidationFactory(), refused.replace("keys.example", host), environment));
        }
    }

    private static String tenThousandKeys() {
        return "{\"keys\":["
                + IntStream.range(0, 10_000)
                        .mapToObj(i -> NEW.jwk().replace("\"new\"", "\"" + i + "\""))
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private static String document(String issuer, String uri) {
        return "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + uri + "\"}";
    }

    private PolicyTester policy() {
        return PolicyTester.of(new JwtValidationFactory(), PARAMS, environment);
    }

    private void serve(TestKey... keys) {
        server.answer(200, TestKey.set(keys)).after(Duration.ZERO);
    }

    private static String claims() {
        return "{\"iss\":\"" + ISSUER + "\",\"sub\":\"alice\",\"exp\":"
                + (FakeTicker.START.getEpochSecond() + 1_000_000_000L) + "}";
    }

    private static Future<RequestRun> send(PolicyTester policy, TestKey key) {
        return send(policy, key.token(claims()));
    }

    private static Future<RequestRun> send(PolicyTester policy, String token) {
        return policy.requestLater(TestMessages.get("/", "authorization", "Bearer " + token), Metadata.empty());
    }

    private static void requirePass(PolicyTester policy, TestKey key) {
        requirePass(policy, key.token(claims()));
    }

    private static void requirePass(PolicyTester policy, String token) {
        Future<RequestRun> run = send(policy, token);
        assertThat(run.isComplete()).as("decided at once").isTrue();
        assertThat(run.result().isDenied()).isFalse();
    }

    private static void requireRefusal(PolicyTester policy, TestKey key, String code) {
        requireRefusal(policy, key.token(claims()), code);
    }

    private static void requireRefusal(PolicyTester policy, String token, String code) {
        Future<RequestRun> run = send(policy, token);
        assertThat(run.isComplete()).as("decided at once").isTrue();
        assertThat(run.result().denial().status()).isEqualTo(401);
        assertThat(new JsonMapper()
                        .readTree(run.result().denial().body().toString())
                        .path("code")
                        .stringValue())
                .isEqualTo(code);
    }
}

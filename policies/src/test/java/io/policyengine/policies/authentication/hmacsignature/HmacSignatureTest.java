package io.policyengine.policies.authentication.hmacsignature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.policies.authentication.hmacsignature.component.RequestComponents;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.policyengine.testkit.time.FakeTicker;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HmacSignatureTest {
    private static final HmacSignatureFactory FACTORY = new HmacSignatureFactory();
    private static final String KEYS = "keys: [ { id: k1, secret: '" + SignedRequest.SECRET + "' } ]\n";
    private static final String TWO_KEYS = "keys: [ { id: k1, secret: '" + SignedRequest.SECRET
            + "' }, { id: k2, secret: '" + SignedRequest.SECRET + "' } ]\nnonce: required\n";
    private static final String WITH_BODY = KEYS + "components: [ '@method', content-digest ]";

    private final FakeEnvironment environment = new FakeEnvironment();

    @Test
    void theBodyIsAskedForOnlyWhereItsDigestIsDemanded() {
        assertThat(PolicyTester.of(FACTORY, KEYS).bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.NONE);
        assertThat(PolicyTester.of(FACTORY, WITH_BODY).bodyNeed(Phase.REQUEST)).isEqualTo(BodyNeed.BUFFERED);
    }

    @Test
    void aLargeBodyIsDigestedOffTheEventLoop() throws Exception {
        Buffer body = Buffer.buffer(new byte[1 << 20]);
        RequestView request = signed(body, body);
        RequestView other = signed(body, Buffer.buffer(body.getBytes()).setByte(7, (byte) 1));
        var tester = PolicyTester.of(FACTORY, WITH_BODY, environment);
        environment.holdBlocking();

        var run = tester.requestLater(request, Metadata.empty());
        var otherRun = tester.requestLater(other, Metadata.empty());

        assertThat(run.isComplete()).isFalse();
        environment.runHeld();
        assertThat(run.result().isDenied()).isFalse();
        assertThat(otherRun.result().denial().status()).isEqualTo(401);
        assertThat(environment.declared())
                .hasSize(2)
                .allSatisfy(work -> assertThat(work.heapBytes()).isEqualTo(1 << 20));
    }

    @Test
    void aNonceIsRememberedOverAReloadThatLeavesItsLifeAlone() {
        var request = SignedRequest.with(";nonce=\"a\"");
        var tester = PolicyTester.of(FACTORY, KEYS, environment);

        assertThat(tester.request(request).isDenied()).isFalse();

        var reloaded = PolicyTester.of(FACTORY, KEYS + "required: false", environment);
        assertThat(reloaded.request(request).isDenied()).isTrue();
    }

    @Test
    void theNoncesOfAllValidSignaturesOfARequestAreUsedUp() {
        var tester = PolicyTester.of(FACTORY, TWO_KEYS, environment);
        var old = SignedRequest.with("k1", ";nonce=\"a\"");
        var next = SignedRequest.with("k2", ";nonce=\"b\"");
        assertThat(tester.request(together(old, next)).isDenied()).isFalse();

        for (var copy : List.of(together(old, next), together(next, old), next, old)) {
            assertThat(tester.request(copy).denial().body().toString()).contains("SIGNATURE_REPLAYED");
        }
    }

    @Test
    void aSignatureThatCoversNoQueryCannotReplayTheRequestWithoutItsQuery() {
        var tester = PolicyTester.of(FACTORY, TWO_KEYS, environment);
        for (int i = 0; i < 2; i++) {
            var whole = SignedRequest.withQuery("k1", ";nonce=\"whole-" + i + "\"");
            var part = SignedRequest.with("k2", ";nonce=\"part-" + i + "\"");
            var both = i == 0 ? together("/?id=7", whole, part) : together("/?id=7", part, whole);
            assertThat(tester.request(together("/?id=7", part)).denial().body().toString())
                    .contains("SIGNATURE_INCOMPLETE");
            assertThat(tester.request(both).isDenied()).isFalse();

            assertThat(tester.request(part).denial().body().toString()).contains("SIGNATURE_REPLAYED");
        }
    }

    @Test
    void aSignatureThatIsValidLaterCannotReplayTheRequestBesideWhichItCame() {
        var tester = PolicyTester.of(FACTORY, TWO_KEYS, environment);
        var now = SignedRequest.with("k1", ";nonce=\"a\"");
        var later = SignedRequest.at(FakeTicker.START.plusSeconds(31), "k2", ";nonce=\"b\"");

        for (var request : List.of(together(now, later), together(later, now))) {
            assertThat(tester.request(request).denial().body().toString()).contains("SIGNATURE_EXPIRED");
        }
        assertThat(tester.request(now).isDenied())
                .as("the refused requests used up no nonce")
                .isFalse();
    }

    @Test
    void signaturesOfTheFutureThatAreNotValidRefuseNothing() {
        var tester = PolicyTester.of(FACTORY, TWO_KEYS, environment);
        var future = FakeTicker.START.plusSeconds(3600);
        var damaged = SignedRequest.damaged(SignedRequest.at(future, "k2", ";nonce=\"b\""));
        var unknown = SignedRequest.at(future, "proxy", ";nonce=\"c\"");

        for (int i = 0; i < 2; i++) {
            var other = List.of(damaged, unknown).get(i);
            var first = SignedRequest.with("k1", ";nonce=\"before-" + i + "\"");
            var second = SignedRequest.with("k1", ";nonce=\"after-" + i + "\"");
            assertThat(tester.request(together(first, other)).isDenied()).isFalse();
            assertThat(tester.request(together(other, second)).isDenied()).isFalse();
        }
    }

    @Test
    void aSignatureThatIsNotVerifiedCannotReplayTheRequestBesideWhichItCame() {
        environment.useTarget("https://bot.test:443");
        var tester = PolicyTester.of(FACTORY, TWO_KEYS + "directory: { agents: 'https://bot.test' }", environment);
        var own = SignedRequest.with("k1", ";nonce=\"a\"");
        var proxy = SignedRequest.with("proxy", ";nonce=\"b\"");
        var third = SignedRequest.with("k2", ";nonce=\"c\"");
        var bot = SignedRequest.with("bot", ";nonce=\"d\";tag=\"web-bot-auth\"");

        for (var surplus : List.of(third, bot)) {
            for (var request : List.of(together(own, proxy, surplus), together(proxy, own, proxy, surplus))) {
                assertThat(tester.request(request).denial().body().toString()).contains("SIGNATURE_SURPLUS");
            }
        }
        assertThat(tester.request(together(proxy, own, proxy, proxy)).isDenied())
                .as("signatures by unknown keys may be many, and the refused requests used up no nonce")
                .isFalse();
    }

    @Test
    void surplusSignaturesRevealNoKeyToAClientWithoutAValidSignature() {
        var tester = PolicyTester.of(FACTORY, TWO_KEYS, environment);
        var wrong = SignedRequest.damaged(SignedRequest.with("k1", ";nonce=\"a\""));

        for (String id : List.of("k2", "unknown")) {
            var request = together(wrong, wrong, SignedRequest.with(id, ";nonce=\"b\""));
            assertThat(tester.request(request).denial().body().toString()).contains("SIGNATURE_INVALID");
        }
    }

    private static RequestView together(RequestView... signed) {
        return together("/", signed);
    }

    private static RequestView together(String path, RequestView... signed) {
        return TestMessages.get(
                path, "signature-input", members("signature-input", signed), "signature", members("signature", signed));
    }

    /** The members of these requests in a dictionary, each with a name of its own. */
    private static String members(String field, RequestView... signed) {
        return IntStream.range(0, signed.length)
                .mapToObj(i -> "s" + i + "-" + signed[i].headers().get(field))
                .collect(Collectors.joining(", "));
    }

    @Test
    void noReloadForgetsANonceWhateverItChanges() {
        var request = SignedRequest.with(";nonce=\"a\"");
        var tester = PolicyTester.of(FACTORY, KEYS, environment);
        assertThat(tester.request(request).isDenied()).isFalse();

        for (String change : List.of("max_nonces: 4", "leeway_s: 20", "max_age_s: 600", "max_nonces: 100000")) {
            var reloaded = PolicyTester.of(FACTORY, KEYS + change, environment);
            assertThat(reloaded.request(request).isDenied()).as(change).isTrue();
        }
    }

    @Test
    void aNonceIsKeptForAsLongAsAnyEntryAcceptsItsSignature() {
        var request = SignedRequest.with(";nonce=\"a\"");
        var tester = PolicyTester.of(FACTORY, KEYS, environment);
        assertThat(tester.request(request).isDenied()).isFalse();
        var lasting = PolicyTester.of(FACTORY, KEYS + "max_age_s: 3600", environment);

        environment.advance(Duration.ofMinutes(30));

        assertThat(lasting.request(request).denial().body().toString()).contains("SIGNATURE_REPLAYED");
    }

    @Test
    void aClockThatIsSetBackMakesNoNonceValidAgain() {
        var tester = PolicyTester.of(FACTORY, KEYS + "max_age_s: 2\nleeway_s: 0", environment);
        var request = SignedRequest.with(";nonce=\"a\"");
        assertThat(tester.request(request).isDenied()).isFalse();
        environment.advance(Duration.ofSeconds(4));
        assertThat(tester.request(request).denial().body().toString()).contains("SIGNATURE_EXPIRED");

        environment.time().setClock(Duration.ofSeconds(-4));

        assertThat(tester.request(request).denial().body().toString()).contains("SIGNATURE_REPLAYED");
        var younger = SignedRequest.at(FakeTicker.START.plusSeconds(1), ";nonce=\"b\"");
        environment.advance(Duration.ofSeconds(1));
        assertThat(tester.request(younger).isDenied())
                .as("a signature that is younger than all with a forgotten nonce")
                .isFalse();
    }

    @Test
    void signaturesWithAForgottenNonceStayRefusedIfAReloadLetsThemLiveLonger() {
        var request = SignedRequest.with(";nonce=\"a\"");
        assertThat(PolicyTester.of(FACTORY, KEYS + "max_age_s: 2\nleeway_s: 0", environment)
                        .request(request)
                        .isDenied())
                .isFalse();
        environment.advance(Duration.ofSeconds(4));

        var lasting = PolicyTester.of(FACTORY, KEYS + "max_age_s: 3600", environment);

        assertThat(lasting.request(request).denial().body().toString()).contains("SIGNATURE_REPLAYED");
    }

    @Test
    void aForgottenNonceOfAFutureSignatureDoesNotEndThoseOfOtherEntries() {
        var lenient = PolicyTester.of(FACTORY, KEYS + "max_age_s: 300\nleeway_s: 3600", environment);
        var lasting = PolicyTester.of(FACTORY, KEYS + "max_age_s: 7200\nleeway_s: 30", environment);
        var future = SignedRequest.at(FakeTicker.START.plusSeconds(3600), ";nonce=\"a\"");
        assertThat(lenient.request(future).isDenied()).isFalse();
        environment.advance(Duration.ofSeconds(7600));

        var old = SignedRequest.at(FakeTicker.START.plusSeconds(500), ";nonce=\"b\"");

        assertThat(lasting.request(old).isDenied()).isFalse();
    }

    @Test
    void ofManyUsesOfANonceAtOnceOneCounts() throws Exception {
        var tester = PolicyTester.of(FACTORY, KEYS, environment);
        var denied = new ConcurrentLinkedQueue<Boolean>();
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 50; i++) {
                        denied.add(tester.request(SignedRequest.with(";nonce=\"" + i + "\""))
                                .isDenied());
                    }
                }))
                .toList();

        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(denied).hasSize(400);
        assertThat(denied.stream().filter(isDenied -> !isDenied)).hasSize(50);
    }

    @Test
    void aSignatureThatIsNotValidUsesUpNoNonce() {
        var request = SignedRequest.with(";nonce=\"a\"");
        var tester = PolicyTester.of(FACTORY, KEYS, environment);

        assertThat(tester.request(SignedRequest.damaged(request)).isDenied()).isTrue();
        assertThat(tester.request(request).isDenied()).isFalse();
    }

    @Test
    void aNonceForWhichThereIsNoRoomIsRefusedAsOverloadAndNoneIsForgotten() {
        var tester = PolicyTester.of(FACTORY, KEYS + "max_nonces: 4", environment);
        tester.request(SignedRequest.with(";nonce=\"a\""));
        tester.request(SignedRequest.with(";nonce=\"b\""));

        assertThatExceptionOfType(PolicyException.class)
                .isThrownBy(() -> tester.request(SignedRequest.with(";nonce=\"c\"")))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(tester.request(SignedRequest.with("")).isDenied()).isFalse();
    }

    @Test
    void ifMemoryIsShortNoNonceIsForgottenAndNewOnesAreRefused() {
        var tester = PolicyTester.of(FACTORY, KEYS, environment);
        assertThat(tester.request(SignedRequest.with(";nonce=\"a\"")).isDenied())
                .isFalse();

        environment.resizeCaches(0);

        for (String nonce : List.of("a", "b")) {
            assertThatExceptionOfType(PolicyException.class)
                    .isThrownBy(() -> tester.request(SignedRequest.with(";nonce=\"" + nonce + "\"")))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED));
        }
        environment.resizeCaches(1 << 20);
        assertThat(tester.request(SignedRequest.with(";nonce=\"a\"")).isDenied())
                .isTrue();
        assertThat(tester.request(SignedRequest.with(";nonce=\"b\"")).isDenied())
                .isFalse();
    }

    @Test
    void whatASignatureCoversHasABound() {
        String large = "x".repeat(MessageSignatureReader.MAX_BASE);
        var request = SignedRequest.with("");
        String input = String.valueOf(request.headers().get("signature-input"));
        HeaderMap.Builder headers = request.headers().toBuilder()
                .set("x-large", large)
                .set("signature-input", input.replace("\"@path\"", "\"@path\" \"x-large\""));

        SignatureCredential presented =
                new MessageSignatureReader(Set.of()).read(new RequestComponents(request.withHeaders(headers.build())));

        assertThat(((SignatureCredential.Some) presented).claims())
                .singleElement()
                .satisfies(claim -> assertThat(claim.base()).isNull());
    }

    /** A coarse bound: what would give keys away is a difference of the whole verification. */
    @Test
    void unknownKeysTakeAboutAsLongAsWrongSignatures() {
        var tester = PolicyTester.of(FACTORY, KEYS, environment);
        var wrong = SignedRequest.damaged(SignedRequest.with(""));
        var unknown = SignedRequest.with("k2", "");
        long[] ofWrong = new long[2000];
        long[] ofUnknown = new long[2000];

        for (int round = 0; round < ofWrong.length; round++) {
            ofWrong[round] = nanos(tester, wrong);
            ofUnknown[round] = nanos(tester, unknown);
        }

        double ratio = (double) median(ofUnknown) / median(ofWrong);
        assertThat(ratio).isBetween(0.67, 1.5);
    }

    @Test
    void noSecretAppearsInAProblem() {
        assertThatExceptionOfType(InvalidParamsException.class)
                .isThrownBy(() -> PolicyTester.of(
                        FACTORY,
                        "keys: [ { id: a, secret: hush, algorithm: ed25519 }, { id: b, secret_base64: hush! } ]"))
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("hush"));
    }

    private static long nanos(PolicyTester tester, RequestView request) {
        long before = System.nanoTime();
        boolean denied = tester.request(request).isDenied();
        long took = System.nanoTime() - before;
        assertThat(denied).isTrue();
        return took;
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** A request whose body is not always the one that was signed. */
    private static RequestView signed(Buffer signed, Buffer sent) throws Exception {
        String digest = "sha-256=:"
                + Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(signed.getBytes()))
                + ":";
        String input = "(\"@method\" \"content-digest\");created="
                + new FakeEnvironment().clock().instant().getEpochSecond() + ";keyid=\"k1\"";
        String base = "\"@method\": GET\n\"content-digest\": " + digest + "\n\"@signature-params\": " + input;
        return TestMessages.get(
                        "/",
                        "content-digest",
                        digest,
                        "signature-input",
                        "sig=" + input,
                        "signature",
                        "sig=:" + SignedRequest.mac(base) + ":")
                .withBody(sent);
    }
}

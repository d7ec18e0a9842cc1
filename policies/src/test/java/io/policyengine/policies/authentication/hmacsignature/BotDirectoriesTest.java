package io.policyengine.policies.authentication.hmacsignature;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Web Bot Auth, with the vectors of draft-meunier-webbotauth-httpsig-protocol, appendix E. */
final class BotDirectoriesTest {
    private static final String PARAMS =
            "{ directory: { agents: [ 'https://signature-agent.test' ] }, max_age_s: 31536000, nonce: ignored }";
    private static final String ED25519 =
            "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs\"}";
    private static final String RSA =
            "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oyc6XI2w\"}";
    private static final String BOTH = "{\"keys\":[" + ED25519 + "," + RSA + ",{\"kty\":\"oct\",\"k\":\"AA\"}]}";

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget directory = environment.useTarget("https://signature-agent.test:443");
    private final PolicyTester tester = PolicyTester.of(new HmacSignatureFactory(), PARAMS, environment);

    @Test
    void aBotIsKnownByTheKeysOfItsDirectory() {
        directory.answer(200, BOTH);

        RequestRun ed25519 = tester.request(ed25519());
        RequestRun rsa = tester.request(rsa());

        assertThat(ed25519.isDenied()).isFalse();
        assertThat(ed25519.request().headers().get("x-user-id")).isEqualTo("https://signature-agent.test:443");
        assertThat(rsa.isDenied()).isFalse();
        assertThat(directory.requests())
                .singleElement()
                .satisfies(request ->
                        assertThat(request.path()).isEqualTo("/.well-known/http-message-signatures-directory"));
    }

    @Test
    void noDirectoryIsAskedThatIsNotListed() {
        FakeTarget other = environment.useTarget("https://other.test:443").answer(200, BOTH);
        RequestView request = ed25519();

        RequestRun run = tester.request(request.withHeaders(request.headers().toBuilder()
                .set("signature-agent", "agent2=\"https://other.test\"")
                .build()));

        assertThat(run.denial().status()).isEqualTo(401);
        assertThat(other.requests()).isEmpty();
        assertThat(directory.requests()).isEmpty();
    }

    @Test
    void anAgentThatIsNotCoveredOrCannotBeReadIsNone() {
        directory.answer(200, BOTH);
        for (String agent :
                new String[] {"agent2=token", "agent2=\"not a url\"", "agent1=\"https://signature-agent.test\"", "\""
                }) {
            RequestView request = ed25519();

            RequestRun run = tester.request(request.withHeaders(
                    request.headers().toBuilder().set("signature-agent", agent).build()));

            assertThat(run.denial().status()).as(agent).isEqualTo(401);
        }
        assertThat(directory.requests()).isEmpty();
    }

    @Test
    void aKeyThatADirectoryDoesNotHaveIsLookedForOnceInACoolDown() {
        directory.answer(200, "{\"keys\":[" + RSA + "]}");

        for (int i = 0; i < 100; i++) {
            assertThat(tester.request(ed25519()).denial().status()).isEqualTo(401);
        }
        assertThat(directory.requests()).hasSize(1);

        directory.answer(200, BOTH);
        environment.advance(Duration.ofSeconds(61));
        assertThat(tester.request(ed25519().withHeaders(ed25519().headers()))
                        .denial()
                        .status())
                .isEqualTo(401); // too old by now, whatever its key
        assertThat(tester.request(rsa()).denial().status()).isEqualTo(401);
    }

    @Test
    void aDirectoryThatCannotBeHadLetsNobodyPassAndIsNotAskedByEachRequest() {
        directory.fail(CalloutException.Kind.UNREACHABLE);
        for (int i = 0; i < 100; i++) {
            assertThat(tester.request(ed25519()).denial().status()).isEqualTo(401);
        }
        assertThat(directory.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNREACHABLE", "OVERLOADED"})
    void theLastGoodKeysOfADirectoryThatFailsLastFiveRefreshIntervals(CalloutException.Kind failure) {
        PolicyTester tester = refreshing();
        directory.answer(200, BOTH);
        assertThat(tester.request(ed25519()).isDenied()).isFalse();

        directory.fail(failure);
        environment.advance(Duration.ofSeconds(499));
        assertThat(tester.request(ed25519()).isDenied()).isFalse();

        environment.advance(Duration.ofSeconds(2));
        assertThat(tester.request(ed25519()).denial().status()).isEqualTo(401);
    }

    @Test
    void aKeyThatLeftItsDirectoryIsRefusedOnceItsTimeIsOver() {
        PolicyTester tester = refreshing();
        directory.answer(200, BOTH);
        assertThat(tester.request(ed25519()).isDenied()).isFalse();

        directory.answer(200, "{\"keys\":[" + RSA + "]}");
        environment.advance(Duration.ofSeconds(100));

        assertThat(tester.request(ed25519()).denial().status()).isEqualTo(401);
    }

    /** One that reads directories again after 100 seconds. */
    private PolicyTester refreshing() {
        return PolicyTester.of(
                new HmacSignatureFactory(),
                PARAMS.replace("31536000", "31535999, leeway_s: 3600")
                        .replace("directory: {", "directory: {refresh_s: 100, "),
                environment);
    }

    @Test
    void clientsThatHangUpDoNotHaveADirectoryAskedAgainAndAgain() {
        directory.hang();
        for (int i = 0; i < 20; i++) {
            Cancellation cancellation = new Cancellation();
            Call call = new Call("id", i, environment.ticker().nanoTime() + 1_000_000_000L, cancellation);
            Future<RequestOutcome> outcome =
                    tester.policy().onRequest(new RequestContext(ed25519(), Metadata.empty(), call));
            cancellation.cancel();
            assertThat(outcome.isComplete()).isTrue();
        }
        assertThat(directory.requests()).hasSize(1);
    }

    @Test
    void whatIsNoDirectoryLetsNobodyPass() {
        for (Runnable behaviour : new Runnable[] {
            directory::garbage,
            directory::tooLarge,
            () -> directory.answer(500, BOTH),
            () -> directory.answer(302, BOTH),
            () -> directory.answer(200, "{}"),
            () -> directory.answer(200, "{\"keys\":[{\"kty\":\"RSA\"}]}")
        }) {
            behaviour.run();
            environment.advance(Duration.ofSeconds(2));
            PolicyTester fresh = PolicyTester.of(
                    new HmacSignatureFactory(), PARAMS.replace("31536000", "31535999, leeway_s: 3600"), environment);

            assertThat(fresh.request(ed25519()).denial().status()).isEqualTo(401);
        }
    }

    private static RequestView ed25519() {
        return bot(
                "poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U\";alg=\"ed25519\";expires=4889289600;nonce=\"n9p433xm+NJ3ph3upfBIGmsuwHw387YV7Q/F+6BSpGCVjYCqQw6rznNA8PVVLySrAWsv0hQtFioQb6E1YsauiA==",
                "RdNFx5Bj6au3YgAMQL/RzmUlZE8QZLIaXGRpw985hWnwPfMxT228NMk6ehRS1PSl4e8PhbNZACSanGdhEwYCCg==");
    }

    private static RequestView rsa() {
        return bot(
                "oD0HwocPBSfpNy5W3bpJeyFGY_IQ_YpqxSjQ3Yd-CLA\";alg=\"rsa-pss-sha512\";expires=4889289600;nonce=\"wcfPQPh7SzkvrIVvhD00vNk9PkxJNY2NVbYl2PVBB4zmUoluSwE7W6bPtF60QA3k8g06FU7PPCD+J58YofY1zg==",
                "gHzpLNeHaHIO19NaJH9YMW5dcVSi2s0wOMBr6p18vcofS106sfC4KBIS0/szPlBBd1vIcyQ88B6CTEWIhRAiVrb9zfX0mx1aG12CSGWcYkSirHeyTxhbuJvXd27ed6skWoy4PjXItq38936ivUQjfdIwXh1aX6HxkAC3vRnEdSNfntkLWeEuIQ5BLIOBGE39fSwg27Qjq6OVWYas/9/aFUr3HA34MXWYdp+//cvlEKDp3kRoLOw9ro0AOr6srHrTeEtxon2afcws1aZVSlPdd2fZSEIGmw9HAHLDCEkFTERu1gH2k/zIEqgy7CAYXI9E5slog0cLg/Vc6+f8gih33g==");
    }

    private static RequestView bot(String keyAndMore, String signature) {
        return TestMessages.get(
                "/",
                "signature-agent",
                "agent2=\"https://signature-agent.test\"",
                "signature-input",
                "sig2=(\"@authority\" \"signature-agent\";key=\"agent2\");created=1735689600;keyid=\"" + keyAndMore
                        + "\";tag=\"web-bot-auth\"",
                "signature",
                "sig2=:" + signature + ":");
    }
}

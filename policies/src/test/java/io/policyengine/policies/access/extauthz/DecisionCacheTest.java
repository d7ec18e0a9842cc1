package io.policyengine.policies.access.extauthz;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.error.PolicyException;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.policy.Metadata;
import io.policyengine.policies.access.extauthz.protocol.AuthorizationQuestion;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.FakeTarget;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DecisionCacheTest {
    private static final ExtAuthzFactory FACTORY = new ExtAuthzFactory();
    private static final String PARAMS =
            "{ protocol: opa, target: opa, cache: { key: [request.method, request.path] } }";

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeTarget target = environment.useTarget("opa").answer(200, "{\"result\": true}");
    private final PolicyTester tester = PolicyTester.of(FACTORY, PARAMS, environment);

    @Test
    void equalQuestionsAtTheSameTimeAreAskedOnce() {
        target.after(Duration.ofMillis(20));

        List<Future<RequestRun>> runs =
                IntStream.range(0, 100).mapToObj(_ -> later("/a")).toList();

        assertThat(runs).noneMatch(Future::isComplete);
        environment.advance(Duration.ofMillis(20));
        assertThat(runs).allMatch(run -> run.succeeded() && !run.result().isDenied());
        assertThat(target.requests()).hasSize(1);
    }

    @Test
    void aServiceThatTakesTwentyMillisecondsIsWaitedForOnceOfAThousandRequests() {
        target.after(Duration.ofMillis(20));
        int waited = 0;

        for (int i = 0; i < 1000; i++) {
            Future<RequestRun> run = later("/" + i % 10);
            if (!run.isComplete()) {
                waited++;
                environment.advance(Duration.ofMillis(20));
            }
            assertThat(run.result().isDenied()).isFalse();
        }

        assertThat(waited).isEqualTo(10);
        assertThat(target.requests()).hasSize(10);
    }

    @Test
    void aDecisionThatIsUsedIsAskedForAgainBeforeItEnds() {
        tester.request(TestMessages.get("/a"));
        environment.advance(Duration.ofSeconds(55));
        target.after(Duration.ofMillis(20));

        assertThat(later("/a").isComplete()).isTrue();
        environment.advance(Duration.ofSeconds(10));
        assertThat(later("/a").isComplete()).isTrue();
        assertThat(target.requests()).hasSize(2);
    }

    @Test
    void decisionsOutliveAReloadThatLeavesTheEntryAlone() {
        tester.request(TestMessages.get("/a"));

        PolicyTester.of(FACTORY, PARAMS, environment).request(TestMessages.get("/a"));
        assertThat(target.requests()).hasSize(1);

        PolicyTester.of(FACTORY, PARAMS.replace("request.path] }", "request.path], ttl_s: 61 }"), environment)
                .request(TestMessages.get("/a"));
        assertThat(target.requests()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = CalloutException.Kind.class,
            names = {"TOO_LARGE", "MALFORMED"})
    void anAnswerThatOneRequestMayHaveSpoiltDeniesNoOther(CalloutException.Kind kind) {
        target.fail(kind);
        assertThat(later("/a").map(RequestRun::isDenied).otherwise(true).result())
                .isTrue();

        target.answer(200, "{\"result\": true}");
        assertThat(tester.request(TestMessages.get("/a")).isDenied()).isFalse();
    }

    @Test
    void aCallThatCannotBeMadeForOneRequestDeniesNoOther() {
        target.answer(_ -> {
            throw CalloutException.ofRequest(CalloutException.Kind.REFUSED, "opa", "refused");
        });
        assertThat(tester.request(TestMessages.get("/a")).isDenied()).isTrue();

        target.answer(200, "{\"result\": true}");
        assertThat(tester.request(TestMessages.get("/a")).isDenied()).isFalse();
    }

    @Test
    void decisionsHaveABound() {
        PolicyTester small = PolicyTester.of(
                FACTORY, PARAMS.replace("request.path] }", "request.path], max_bytes: 65536 }"), environment);
        for (int i = 0; i < 1000; i++) {
            small.request(TestMessages.get("/" + i));
        }
        int before = target.requests().size();

        for (int i = 0; i < 1000; i++) {
            small.request(TestMessages.get("/" + i));
        }

        assertThat(target.requests().size() - before).isGreaterThan(800);
    }

    @Test
    void questionsAtOnceHaveABound() {
        target.hang();
        for (int i = 0; i < 256; i++) {
            later("/" + i);
        }

        Future<RequestRun> beyond = later("/more");

        assertThat(beyond.cause())
                .isInstanceOfSatisfying(
                        PolicyException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED));
    }

    @Test
    void noTwoQuestionsShareADigest() {
        RequestView request = TestMessages.get("/a");
        List<AuthorizationQuestion> questions = List.of(
                question(request, HeaderMap.of("a", "bc"), "", false),
                question(request, HeaderMap.of("ab", "c"), "", false),
                question(request, HeaderMap.of("a", "b", "c", ""), "", false),
                question(request, HeaderMap.of("a", "b"), "c", false),
                question(request, HeaderMap.of("a", "b"), "c", true),
                question(request.withRawPath("/aa"), HeaderMap.empty(), "", false),
                question(request.withRawPath("/aabc"), HeaderMap.empty(), "", false),
                question(request.withAuthority("example.com/"), HeaderMap.empty(), "", false),
                question(request.withMethod("GETS"), HeaderMap.empty(), "", false));

        assertThat(questions.stream().map(AuthorizationQuestion::digest)).doesNotHaveDuplicates();
    }

    private static AuthorizationQuestion question(
            RequestView request, HeaderMap headers, String body, boolean isPartial) {
        return new AuthorizationQuestion("id", request, headers, Buffer.buffer(body), isPartial, Metadata.empty());
    }

    private Future<RequestRun> later(String path) {
        return tester.requestLater(TestMessages.get(path), Metadata.empty());
    }
}

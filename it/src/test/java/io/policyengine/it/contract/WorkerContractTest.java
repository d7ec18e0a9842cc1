package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static io.policyengine.it.engine.TestWorker.shadow;
import static io.policyengine.it.engine.TestWorker.when;
import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.it.engine.TestWorker;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The results of chains, and the messages that their policies see, are the same in both forms of a worker. */
@ParameterizedClass
@EnumSource
class WorkerContractTest extends WorkerContract {
    WorkerContractTest(TestWorker.Form form) {
        super(form);
    }

    @Test
    void saysWhoItIsAndWhatItCanRun() {
        WorkerDescription description = worker.await(worker.connect()::describe);

        assertThat(description.name()).isEqualTo("tests");
        assertThat(description.maxBodySize()).isEqualTo(1_048_576);
        assertThat(description.maxStateSize()).isEqualTo(65_536);
        assertThat(unjudged(description)).isEqualTo(unjudged(worker.await(worker.local()::describe)));
    }

    /** Without the verdicts on schemas, which are not sent. */
    private static WorkerDescription unjudged(WorkerDescription said) {
        return said.withPolicies(said.policies().stream()
                .map(policy -> new DeclaredPolicy(policy.descriptor(), policy.paramsSchema()))
                .toList());
    }

    @Test
    void runsAChainInOrder() {
        ChainSpec chain = chain(
                1,
                entry("setHeader", "{\"name\": \"X-Test\", \"value\": \"a\"}"),
                entry("later", "{\"value\": \"b\"}"),
                entry("offLoop", "{}"),
                entry("show", "{}"));
        worker.prepare(chain);

        List<EntryResult<RequestOutcome>> entries = worker.run(chain);

        assertThat(outcome(entries, 0).instructions())
                .extracting(it -> ((SetHeader) it).value())
                .containsExactly("a");
        assertThat(outcome(entries, 1).instructions()).containsExactly(new SetHeader("x-later", "b"));
        assertThat(outcome(entries, 2))
                .isEqualTo(new RequestOutcome.Proceed(List.of(new SetHeader("x-off", "1")), "worked"));
        assertThat(outcome(entries, 3).instructions())
                .contains(
                        new SetHeader("x-target", "GET example.com/a?x=%20"),
                        new SetHeader("x-headers", "[a]"),
                        new SetHeader("x-client", "192.0.2.1 {source.address=192.0.2.1:1234}"),
                        new SetHeader("x-body", "null"),
                        new SetHeader("x-request", "req-1 false"));
    }

    @Test
    void runsAnEntryOnlyWhereItsConditionIsTrue() {
        ChainSpec chain = chain(
                1,
                when("request.headers['x-test'] == 'a'", entry("throwing", "{}")),
                when("request.path == '/a' && identity.id == ''", entry("setHeader", "{\"value\": \"b\"}")),
                when("request.headers['x-test'] == 'b'", entry("show", "{}")));
        worker.prepare(chain);
        RequestView request = request("x-test", "c");

        var result = worker.await(() -> worker.link().execute(worker.requestCall(1, 3, request, Metadata.empty())));

        assertThat(result.entries().getFirst()).isEqualTo(new EntryResult.Skipped<>());
        assertThat(outcome(result, 1).instructions()).containsExactly(new SetHeader("x-test", "b"));
        assertThat(outcome(result, 2).instructions()).contains(new SetHeader("x-headers", "[b]"));
    }

    @Test
    void runsPoliciesInTheShadowWithoutEffectAndWithoutWaiting() {
        ChainSpec chain = chain(
                1,
                shadow(entry("denying", "{}")),
                shadow(entry("setHeader", "{\"value\": \"shadow\"}")),
                shadow(entry("never", "{}")),
                entry("show", "{}"));
        worker.prepare(chain);

        List<EntryResult<RequestOutcome>> entries = worker.run(chain);

        assertThat(entries).hasSize(4);
        assertThat(entries.subList(0, 3))
                .containsOnly(new EntryResult.Completed<>(new RequestOutcome.Proceed(List.of(), null)));
        assertThat(outcome(entries, 3).instructions()).contains(new SetHeader("x-headers", "[]"));
    }

    @Test
    void aConditionThatCannotBeEvaluatedFailsItsEntry() {
        ChainSpec chain = chain(1, when("request.headers['x-none'] == ''", entry("show", "{}")));
        worker.prepare(chain);

        List<EntryResult<RequestOutcome>> entries = worker.run(chain);

        assertThat(entries.getFirst())
                .isInstanceOfSatisfying(
                        EntryResult.Failed.class,
                        failed -> assertThat(failed.failure())
                                .extracting(EntryFailure::code)
                                .isEqualTo(ErrorCode.INVALID_REQUEST));
    }

    @Test
    void runsTheEntriesThatAreAskedFor() {
        ChainSpec chain = chain(1, entry("throwing", "{}"), entry("skipping", "{}"), entry("throwing", "{}"));
        worker.prepare(chain);

        var result = worker.await(() -> worker.link()
                .execute(new RequestCall(
                        worker.call(Duration.ofSeconds(5), new Cancellation()), 1, 1, 3, request(), Metadata.empty())));

        assertThat(result.entries()).hasSize(1);
        assertThat(outcome(result, 0))
                .isEqualTo(new RequestOutcome.SkipRemaining(List.of(new SetHeader("x-skip", "1")), "enough"));
    }

    @Test
    void carriesOctetsRepeatsAndBodiesAsTheyAre() {
        ChainSpec chain = chain(1, entry("upperCase", "{\"size\": 1}"), entry("show", "{}"));
        worker.prepare(chain);
        RequestView request = request("X-Test", "\u00ff\u0080", "x-test", "", "x-test", "a,b")
                .withRawPath("/\u00e4%3ab?\u00f6")
                .withBody(Buffer.buffer("body"));

        var result = worker.await(() -> worker.link().execute(worker.requestCall(1, 2, request, Metadata.empty())));

        assertThat(outcome(result, 0).instructions()).containsExactly(new SetBody(Buffer.buffer("BODY"), "text/plain"));
        assertThat(outcome(result, 1).instructions())
                .contains(
                        new SetHeader("x-target", "GET example.com/\u00e4%3ab?\u00f6"),
                        new SetHeader("x-path", "/%E4:b?\u00f6"),
                        new SetHeader("x-headers", "[\u00ff\u0080, , a,b]"),
                        new SetHeader("x-body", "BODY"));
    }

    @Test
    void tellsAnEmptyBodyFromNoBody() {
        ChainSpec chain = chain(1, entry("show", "{}"));
        worker.prepare(chain);

        var result = worker.await(() ->
                worker.link().execute(worker.requestCall(1, 1, request().withBody(Buffer.buffer()), Metadata.empty())));

        assertThat(outcome(result, 0).instructions()).contains(new SetHeader("x-body", ""));
    }

    @Test
    void carriesLargeBodies() {
        ChainSpec chain = chain(1, entry("upperCase", "{\"size\": 1}"));
        worker.prepare(chain);
        String text = "x".repeat(1_000_000);

        var result = worker.await(() -> worker.link()
                .execute(worker.requestCall(1, 1, request().withBody(Buffer.buffer(text)), Metadata.empty())));

        assertThat(outcome(result, 0).instructions())
                .containsExactly(new SetBody(Buffer.buffer("X".repeat(1_000_000)), "text/plain"));
    }

    @Test
    void saysThatTheRequestIsAbsent() {
        ChainSpec chain = chain(1, entry("show", "{}"));
        worker.prepare(chain);

        var result = worker.await(
                () -> worker.link().execute(worker.requestCall(1, 1, RequestView.absentRequest(), Metadata.empty())));

        assertThat(outcome(result, 0).instructions()).contains(new SetHeader("x-request", "req-1 true"));
    }

    @Test
    void rewritesTargets() {
        ChainSpec chain = chain(1, entry("rewrite", "{}"), entry("show", "{}"));
        worker.prepare(chain);

        List<EntryResult<RequestOutcome>> entries = worker.run(chain);

        assertThat(outcome(entries, 0).instructions())
                .containsExactly(
                        new SetPath("/new\u00ff"),
                        new SetQueryParam("q", "ä b"),
                        new SetMethod("PUT"),
                        new SetAuthority("other.example"));
        assertThat(outcome(entries, 1).instructions())
                .contains(new SetHeader("x-target", "PUT other.example/new\u00ff?x=%20&q=%C3%A4%20b"));
    }

    @Test
    void leavesFieldsForTheResponse() {
        ChainSpec chain = chain(1, entry("leave", "{}"), entry("show", "{}"));
        worker.prepare(chain);

        List<EntryResult<RequestOutcome>> entries = worker.run(chain);

        assertThat(outcome(entries, 0).instructions()).containsExactly(new SetResponseHeader("x-left", "\u00e4"));
    }

    @Test
    void carriesMetadata() {
        ChainSpec chain = chain(
                1,
                entry("remember", "{\"name\": \"k\", \"value\": \"ä\"}"),
                entry("remember", "{\"name\": \"k\", \"value\": \"b\"}"));
        worker.prepare(chain);
        Metadata metadata = Metadata.of(Map.of("k", JSON.arrayNode().add(1).add("x")));

        var result = worker.await(() -> worker.link().execute(worker.requestCall(1, 2, request(), metadata)));

        assertThat(outcome(result, 0).instructions())
                .containsExactly(new SetMetadata("k", JSON.stringNode("ä")), new SetHeader("x-before", "[1,\"x\"]"));
        assertThat(outcome(result, 1).instructions()).contains(new SetMetadata("k", JSON.stringNode("b")));
    }

    @Test
    void answersTheClient() {
        ChainSpec chain = chain(1, entry("denying", "{}"), entry("throwing", "{}"));
        worker.prepare(chain);

        List<EntryResult<RequestOutcome>> entries = worker.run(chain);

        assertThat(entries).hasSize(1);
        assertThat(outcome(entries, 0)).isInstanceOfSatisfying(RequestOutcome.Respond.class, denial -> {
            assertThat(denial.response().status()).isEqualTo(401);
            assertThat(denial.response().headers())
                    .isEqualTo(HeaderMap.of("www-authenticate", "Bearer", "x-octets", "\u00e4\u0080"));
            assertThat(denial.response().body().toString()).isEqualTo("{\"error\":\"no\"}");
            assertThat(denial.response().reason()).isEqualTo("authentication_failed");
            assertThat(denial.instructions()).containsExactly(new SetMetadata("denied", JSON.booleanNode(true)));
        });
    }

    @Test
    void reportsFailuresOfEntriesByTheirCodes() {
        ChainSpec chain = chain(
                1,
                entry("cutOff", "{}", OnFailure.CONTINUE, null),
                entry("never", "{}", OnFailure.CONTINUE, Duration.ofMillis(30)),
                entry("setHeader", "{}"),
                entry("throwing", "{}", OnFailure.CONTINUE, null),
                entry("setHeader", "{}"));
        ChainSpec illegal = chain(2, entry("illegal", "{}", OnFailure.CONTINUE, null), entry("setHeader", "{}"));
        worker.prepare(chain);
        worker.prepare(illegal);

        List<EntryResult<RequestOutcome>> entries = worker.run(chain);

        assertThat(entries).hasSize(4);
        assertThat(codes(entries.subList(0, 2)))
                .containsExactly(ErrorCode.DEPENDENCY_UNAVAILABLE, ErrorCode.POLICY_TIMEOUT);
        outcome(entries, 2);
        assertThat(codes(entries.subList(3, 4))).containsExactly(ErrorCode.POLICY_ERROR);
        assertThat(codes(worker.run(illegal))).containsExactly(ErrorCode.INVALID_INSTRUCTION);
        assertThat(entries.subList(2, 4).toString()).doesNotContain("secret");
    }

    @Test
    void metadataBeyondTheLimitEndsTheChainWhereAFailureWouldContinue() {
        ChainSpec chain =
                chain(1, entry("remember", "{\"size\": 70000}", OnFailure.CONTINUE, null), entry("setHeader", "{}"));
        worker.prepare(chain);

        assertThat(codes(worker.run(chain))).containsExactly(ErrorCode.STATE_TOO_LARGE);
    }

    @Test
    void stopsWhereAnEntrysFailureSaysSo() {
        ChainSpec deny = chain(1, entry("throwing", "{}"), entry("setHeader", "{}"));
        ChainSpec skip = chain(2, entry("cutOff", "{}", OnFailure.SKIP_REMAINING, null), entry("setHeader", "{}"));
        worker.prepare(deny, skip);

        assertThat(codes(worker.run(deny))).containsExactly(ErrorCode.POLICY_ERROR);
        assertThat(codes(worker.run(skip))).containsExactly(ErrorCode.DEPENDENCY_UNAVAILABLE);
    }

    @Test
    void runsResponsePolicies() {
        ChainSpec chain = new ChainSpec(
                9,
                "/route",
                Phase.RESPONSE,
                List.of(
                        entry("answer", "{\"value\": \"one\"}"),
                        entry("answer", "{\"value\": \"two\", \"size\": 1}"),
                        entry("answer", "{}")));
        worker.prepare(chain);
        ResponseCall call = new ResponseCall(
                worker.call(Duration.ofSeconds(5), new Cancellation()),
                9,
                0,
                3,
                new ResponseView(200, HeaderMap.of("a", "\u00ff"), null),
                request().withRawPath("/sent"),
                request().withRawPath("/original"),
                Metadata.of(Map.of("k", JSON.numberNode(1))));

        var result = worker.await(() -> worker.link().execute(call));

        assertThat(result.entries()).hasSize(2);
        assertThat(outcome(result, 0).instructions())
                .containsExactly(
                        new SetStatusCode(201),
                        new SetHeader("x-saw", "/sent /original {k=1} [a: \u00ff]"),
                        new SetBody(Buffer.buffer("one"), null));
        assertThat(outcome(result, 1)).isInstanceOf(ResponseOutcome.SkipRemaining.class);
        assertThat(outcome(result, 1).instructions()).contains(new SetStatusCode(202));
    }

    private static List<ErrorCode> codes(List<EntryResult<RequestOutcome>> entries) {
        List<ErrorCode> codes = new ArrayList<>();
        for (EntryResult<RequestOutcome> entry : entries) {
            if (entry instanceof EntryResult.Failed<RequestOutcome>(EntryFailure failure)) {
                codes.add(failure.code());
            } else {
                throw new AssertionError("not failed: " + entry);
            }
        }
        return codes;
    }
}

package io.policyengine.it.contract;

import static io.policyengine.it.engine.TestWorker.chain;
import static io.policyengine.it.engine.TestWorker.entry;
import static io.policyengine.it.engine.TestWorker.outcome;
import static io.policyengine.it.engine.TestWorker.request;
import static io.policyengine.it.engine.TestWorker.shadow;
import static io.policyengine.it.engine.TestWorker.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.chain.EntryResult;
import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.config.PolicySettings;
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
import io.policyengine.core.params.ParamProblem;
import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Question;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.worker.ChainSpec;
import io.policyengine.core.worker.DeclaredPolicy;
import io.policyengine.core.worker.EntryAnswer;
import io.policyengine.core.worker.PolicyQuestion;
import io.policyengine.core.worker.PreparedChain;
import io.policyengine.core.worker.RequestCall;
import io.policyengine.core.worker.ResponseCall;
import io.policyengine.core.worker.WorkerControl;
import io.policyengine.core.worker.WorkerDescription;
import io.policyengine.core.worker.WorkerException;
import io.policyengine.core.worker.WorkerHealth;
import io.policyengine.it.engine.TestPolicies;
import io.policyengine.it.engine.TestWorker;
import io.policyengine.testkit.time.Await;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A worker in the kernel's process and one behind a socket are the same to a kernel. */
@ParameterizedClass
@EnumSource
class WorkerContractTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final TestWorker.Form form;

    @TempDir
    Path directory;

    private TestWorker worker;

    @SuppressWarnings("NullAway.Init") // before each test
    WorkerContractTest(TestWorker.Form form) {
        this.form = form;
    }

    @BeforeEach
    void start() {
        worker = TestWorker.start(
                form, directory, options -> options.with(changed -> changed.maxConcurrentRequests(20)));
    }

    @AfterEach
    void stop() {
        worker.close();
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
                                .isEqualTo(ErrorCode.POLICY_ERROR));
    }

    @Test
    void aConditionThatDoesNotCompileIsAProblemThatDoesNotQuoteIt() {
        ChainSpec chain = chain(1, when("request.secret == ''", entry("show", "{}")));

        WorkerControl control = worker.connect();
        PreparedChain prepared =
                worker.await(() -> control.prepare(1, List.of(chain))).getFirst();

        assertThat(prepared.isCallable()).isFalse();
        assertThat(prepared.entries().getFirst().problems())
                .containsExactly(
                        new ParamProblem("", "when: not a valid CEL condition for this worker, at line 1, column 1"));
    }

    @Test
    void tellsByWhichFieldsAnEntryNamesTheClient() {
        ChainSpec chain = chain(1, entry("setHeader", "{\"name\": \"X-Tenant\"}"), entry("show", "{}"));

        WorkerControl control = worker.connect();
        PreparedChain prepared =
                worker.await(() -> control.prepare(1, List.of(chain))).getFirst();

        assertThat(prepared.entries())
                .extracting(entry -> entry.facts().identityFields())
                .containsExactly(Set.of("x-tenant"), Set.of());
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
                .withPath("/\u00e4?\u00f6")
                .withBody(Buffer.buffer("body"));

        var result = worker.await(() -> worker.link().execute(worker.requestCall(1, 2, request, Metadata.empty())));

        assertThat(outcome(result, 0).instructions()).containsExactly(new SetBody(Buffer.buffer("BODY"), "text/plain"));
        assertThat(outcome(result, 1).instructions())
                .contains(
                        new SetHeader("x-target", "GET example.com/\u00e4?\u00f6"),
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
                entry("throwing", "{}", OnFailure.CONTINUE, null),
                entry("illegal", "{}", OnFailure.CONTINUE, null),
                entry("never", "{}", OnFailure.CONTINUE, Duration.ofMillis(30)),
                entry("setHeader", "{}"));
        worker.prepare(chain);

        List<EntryResult<RequestOutcome>> entries = worker.run(chain);

        assertThat(entries).hasSize(4);
        assertThat(codes(entries.subList(0, 3)))
                .containsExactly(ErrorCode.POLICY_ERROR, ErrorCode.INVALID_INSTRUCTION, ErrorCode.POLICY_TIMEOUT);
        assertThat(entries.toString()).doesNotContain("secret");
        outcome(entries, 3);
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
        ChainSpec skip = chain(2, entry("throwing", "{}", OnFailure.SKIP_REMAINING, null), entry("setHeader", "{}"));
        worker.prepare(deny, skip);

        assertThat(codes(worker.run(deny))).containsExactly(ErrorCode.POLICY_ERROR);
        assertThat(codes(worker.run(skip))).containsExactly(ErrorCode.POLICY_ERROR);
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
                request().withPath("/sent"),
                request().withPath("/original"),
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

    @Test
    void timesOutWithTheCall() {
        ChainSpec chain = chain(1, entry("never", "{}"));
        worker.prepare(chain);
        int before = TestPolicies.CANCELLED.get();

        assertFails(
                WorkerException.Kind.TIMEOUT,
                () -> worker.link()
                        .execute(new RequestCall(
                                worker.call(Duration.ofMillis(40), new Cancellation()),
                                1,
                                0,
                                1,
                                request(),
                                Metadata.empty())));
        awaitCancelled(before + 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPolicyIsToldThatItsTimeIsUpAndThoseAfterItRun(boolean inShadow) {
        ChainSpec.Entry never = entry("never", "{}", OnFailure.CONTINUE, Duration.ofMillis(5));
        ChainSpec chain = chain(1, inShadow ? shadow(never) : never, entry("later", "{}"));
        worker.prepare(chain);
        int before = TestPolicies.CANCELLED.get();

        outcome(worker.run(chain), 1);

        awaitCancelled(before + 1);
    }

    private static void awaitCancelled(int times) {
        Await.until(() -> TestPolicies.CANCELLED.get() == times);
    }

    @Test
    void cancellationReachesThePolicy() {
        ChainSpec chain = chain(1, entry("never", "{}"), entry("setHeader", "{}"));
        ChainSpec other = chain(2, entry("later", "{}"));
        worker.prepare(chain, other);
        int before = TestPolicies.CANCELLED.get();
        Cancellation cancellation = new Cancellation();
        Future<?> running = worker.await(() -> Future.succeededFuture(worker.link()
                .execute(new RequestCall(
                        worker.call(Duration.ofSeconds(5), cancellation), 1, 0, 2, request(), Metadata.empty()))));
        worker.run(other);

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });

        assertThat(running.cause())
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(WorkerException.Kind.TIMEOUT));
        worker.run(other);
        assertThat(TestPolicies.CANCELLED.get()).isEqualTo(before + 1);
    }

    @Test
    void refusesCallsBeyondItsLimit() {
        ChainSpec chain = chain(1, entry("never", "{}"));
        ChainSpec other = chain(2, entry("setHeader", "{}"));
        worker.prepare(chain, other);
        Cancellation cancellation = occupyAllPlaces();

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        outcome(worker.run(other), 0);
    }

    @Test
    void aPolicyThatFailsWhenItIsCancelledKeepsNoPlaceAndHoldsUpNoOtherCall() {
        ChainSpec chain = chain(1, entry("touchy", "{}"));
        ChainSpec other = chain(2, entry("setHeader", "{}"));
        worker.prepare(chain, other);
        Cancellation cancellation = occupyAllPlaces();

        outcome(
                worker.await(() -> {
                    cancellation.cancel();
                    return worker.link().execute(worker.requestCall(2, 1, request(), Metadata.empty()));
                }),
                0);
    }

    /** By calls of the first chain, which never end. */
    private Cancellation occupyAllPlaces() {
        Cancellation cancellation = new Cancellation();
        worker.await(() -> {
            for (int i = 0; i < 20; i++) {
                worker.link()
                        .execute(new RequestCall(
                                worker.call(Duration.ofSeconds(5), cancellation),
                                1,
                                0,
                                1,
                                request(),
                                Metadata.empty()));
            }
            return Future.succeededFuture(true);
        });

        assertFails(
                WorkerException.Kind.OVERLOADED,
                () -> worker.link().execute(worker.requestCall(2, 1, request(), Metadata.empty())));
        return cancellation;
    }

    @Test
    void doesNotKnowWhatIsNotPrepared() {
        ChainSpec chain = chain(1, entry("setHeader", "{}"));
        WorkerControl control = worker.prepare(chain);
        worker.await(() -> control.release(List.of(1L, 99L)));

        assertFails(
                WorkerException.Kind.UNKNOWN_CHAIN,
                () -> worker.link().execute(worker.requestCall(1, 1, request(), Metadata.empty())));
    }

    @Test
    void tellsAllThatIsWrongWithParameters() {
        WorkerControl control = worker.connect();
        ChainSpec bad = chain(
                1,
                entry("setHeader", "{\"size\": \"many\", \"nam\": 1}"),
                entry("picky", "{\"size\": -1}"),
                entry("absent", "{}"),
                entry("answer", "{}"),
                entry("setHeader", "{}"),
                entry("picky", "{\"size\": -2}"));
        ChainSpec good = chain(2, entry("upperCase", "{\"size\": 1}"), entry("upperCase", "{}"));

        List<PreparedChain> prepared = worker.await(() -> control.prepare(1, List.of(bad, good)));

        List<PreparedChain.Entry> entries = prepared.get(0).entries();
        assertThat(entries.get(0).problems()).extracting(ParamProblem::pointer).contains("/size", "/nam");
        assertThat(entries.get(1).problems()).containsExactly(new ParamProblem("/size", "must not be negative"));
        assertThat(entries.get(2).unknownPolicy()).isTrue();
        assertThat(entries.get(3).problems()).hasSize(1);
        assertThat(entries.get(4).isGood()).isTrue();
        assertThat(entries.get(5).problems()).hasSize(1);
        assertThat(prepared.get(0).isCallable()).isFalse();
        assertThat(prepared.get(1).entries())
                .extracting(PreparedChain.Entry::bodyNeed)
                .containsExactly(BodyNeed.BUFFERED, BodyNeed.NONE);
        assertFails(
                WorkerException.Kind.UNKNOWN_CHAIN,
                () -> worker.link().execute(worker.requestCall(1, 5, request(), Metadata.empty())));
    }

    @Test
    void entriesHaveTheParametersThatTheSettingsOfTheWorkerGive() {
        worker.close();
        ObjectNode shared = JSON.objectNode().put("name", "X-Shared").put("value", "shared");
        worker = TestWorker.start(
                form,
                directory,
                options -> options.with(changed -> changed.policySettings(Map.of(
                        "setHeader",
                        PolicySettings.of(shared),
                        "picky",
                        PolicySettings.of(JSON.objectNode().put("size", -1))))));
        ChainSpec good = chain(
                1,
                entry("setHeader", "{}"),
                entry("setHeader", "{\"value\": \"own\"}"),
                entry("picky", "{\"size\": 1}"));
        ChainSpec bad = chain(2, entry("picky", "{}"), entry("picky", "{\"size\": -1}"));

        WorkerControl control = worker.prepare(good);
        List<EntryResult<RequestOutcome>> results = worker.run(good);
        PreparedChain refused =
                worker.await(() -> control.prepare(1, List.of(bad))).getFirst();

        assertThat(outcome(results, 0).instructions()).containsExactly(new SetHeader("X-Shared", "shared"));
        assertThat(outcome(results, 1).instructions()).containsExactly(new SetHeader("X-Shared", "own"));
        assertThat(refused.entries().get(0).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.pointer()).isEmpty();
            assertThat(problem.message()).startsWith("'size': must not be negative (from 'policies.config', ");
        });
        assertThat(refused.entries().get(1).problems())
                .containsExactly(new ParamProblem("/size", "must not be negative"));
    }

    @Test
    void preparesManyChainsAtOnce() {
        WorkerControl control = worker.connect();
        List<ChainSpec> many = new ArrayList<>();
        for (long id = 1; id <= 2000; id++) {
            many.add(chain(id, entry("setHeader", "{\"value\": \"" + "v".repeat(2000) + "\"}")));
        }

        List<PreparedChain> prepared = worker.await(() -> control.prepare(1, many));

        assertThat(prepared).hasSize(2000).allMatch(PreparedChain::isCallable);
        assertThat(prepared.get(1999).id()).isEqualTo(2000);
    }

    @Test
    void preparingAgainChangesNothing() {
        ChainSpec chain = chain(1, entry("setHeader", "{}"));
        WorkerControl control = worker.prepare(chain);
        int closed = TestPolicies.CLOSED.get();

        List<PreparedChain> again = worker.await(() -> control.prepare(2, List.of(chain)));

        assertThat(again.getFirst().isCallable()).isTrue();
        assertThat(TestPolicies.CLOSED.get()).isEqualTo(closed);
    }

    @Test
    void stateOutlivesAReloadThatDoesNotChangeIt() {
        ChainSpec first = chain(1, entry("count", "{\"value\": \"a\"}"));
        ChainSpec same = chain(2, entry("count", "{\"value\": \"a\", \"size\": 5}"));
        ChainSpec changed = chain(3, entry("count", "{\"value\": \"b\"}"));
        WorkerControl control = worker.prepare(first);
        worker.run(first);
        worker.prepare(same, changed);
        worker.await(() -> control.release(List.of(1L)));

        assertThat(outcome(worker.run(same), 0).instructions()).containsExactly(new SetHeader("x-count", "2"));
        assertThat(outcome(worker.run(changed), 0).instructions()).containsExactly(new SetHeader("x-count", "1"));
        assertThat(worker.local().heldStates()).isEqualTo(2);

        worker.await(() -> control.release(List.of(2L, 3L)));
        assertThat(worker.local().heldStates()).isZero();
    }

    @Test
    void aReleasedChainIsClosedWhenItsLastCallEnds() {
        ChainSpec chain = chain(1, entry("never", "{}"));
        WorkerControl control = worker.prepare(chain);
        Cancellation cancellation = new Cancellation();
        worker.await(() -> Future.succeededFuture(worker.link()
                .execute(new RequestCall(
                        worker.call(Duration.ofSeconds(5), cancellation), 1, 0, 1, request(), Metadata.empty()))));
        ChainSpec other = chain(2, entry("count", "{}"));
        worker.await(() -> control.prepare(1, List.of(other)));
        worker.run(other);
        int closed = TestPolicies.CLOSED.get();

        worker.await(() -> control.release(List.of(1L)));
        assertThat(TestPolicies.CLOSED.get()).isEqualTo(closed);

        worker.await(() -> {
            cancellation.cancel();
            return Future.succeededFuture(true);
        });
        worker.run(other);
        assertThat(TestPolicies.CLOSED.get()).isEqualTo(closed + 1);
    }

    @Test
    void showsTheHealthOfItsPolicies() {
        ChainSpec chain = chain(1, entry("setHeader", "{\"value\": \"ill\"}"));
        WorkerControl control = worker.prepare(chain);

        WorkerHealth health = worker.await(control::checkHealth);

        assertThat(health).isEqualTo(new WorkerHealth(true, "", Map.of("setHeader", "it is ill")));
    }

    @Test
    void putsAQuestionToEachEntryOfThePolicyOnce() {
        WorkerControl control = worker.prepare(
                chain(1, entry("setHeader", "{\"value\": \"old\"}"), entry("later", "{\"value\": \"other\"}")),
                chain(2, entry("setHeader", "{\"value\": \"new\"}"), entry("later", "{\"value\": \"other\"}")));
        Question known = new Question("value", Map.of("after", "!"));

        List<EntryAnswer> answers = worker.await(() -> control.ask(new PolicyQuestion("setHeader", "", known)));

        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().answer())
                .as("of two generations, the newer")
                .isEqualTo(JSON.stringNode("new!"));
        String route = answers.getFirst().route();
        assertThat(worker.await(() -> control.ask(new PolicyQuestion("setHeader", route, known))))
                .isEqualTo(answers);
        assertThat(worker.await(() -> control.ask(new PolicyQuestion("setHeader", "/elsewhere", known))))
                .isEmpty();
        assertThat(worker.await(() -> control.ask(new PolicyQuestion("nobody", "", known))))
                .isEmpty();
        assertThat(worker.await(
                        () -> control.ask(new PolicyQuestion("setHeader", "", new Question("unheardOf", Map.of())))))
                .isEmpty();
        assertThat(worker.await(
                        () -> control.ask(new PolicyQuestion("setHeader", "", new Question("trouble", Map.of())))))
                .extracting(EntryAnswer::answer, EntryAnswer::failure)
                .containsExactly(tuple(null, "java.lang.IllegalStateException"));
    }

    @Test
    void answersOutOfOrder() {
        ChainSpec slow = chain(1, entry("later", "{}"), entry("later", "{}"));
        ChainSpec fast = chain(2, entry("setHeader", "{}"));
        worker.prepare(slow, fast);
        List<String> order = new ArrayList<>();

        worker.await(() -> {
            Future<?> first = worker.link()
                    .execute(worker.requestCall(1, 2, request(), Metadata.empty()))
                    .onComplete(_ -> order.add("slow"));
            Future<?> second = worker.link()
                    .execute(worker.requestCall(2, 1, request(), Metadata.empty()))
                    .onComplete(_ -> order.add("fast"));
            return Future.all(first, second);
        });

        assertThat(order).containsExactly("fast", "slow");
    }

    private void assertFails(WorkerException.Kind kind, java.util.function.Supplier<? extends Future<?>> call) {
        assertThatThrownBy(() -> worker.await(() -> call.get().mapEmpty()))
                .isInstanceOfSatisfying(
                        WorkerException.class,
                        failure -> assertThat(failure.kind())
                                .as(failure.getMessage())
                                .isEqualTo(kind));
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

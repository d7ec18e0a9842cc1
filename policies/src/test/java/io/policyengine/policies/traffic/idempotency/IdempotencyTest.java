package io.policyengine.policies.traffic.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.capacity.Capacity;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.DenialReason;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.store.StoreException;
import io.policyengine.policies.shared.denial.Denial;
import io.policyengine.policies.shared.denial.DenialFormat;
import io.policyengine.policies.traffic.idempotency.record.Execution;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class IdempotencyTest {
    private static final HeaderMap CREATED = HeaderMap.of(
            "content-type", "application/json", "location", "/orders/1", "content-length", "9", "set-cookie", "a=1");

    private final AtomicLong exchanges = new AtomicLong();
    private final FakeEnvironment environment = new FakeEnvironment();

    /** An exchange as the engine conducts it, through the entries of both flows. */
    private final class Exchange {
        private final IdempotencyPolicy policy;
        private final Call call;
        private final RequestView request;
        private final Future<RequestOutcome> outcome;

        Exchange(IdempotencyPolicy policy, FakeEnvironment environment, String key, String body) {
            this(
                    policy,
                    environment,
                    TestMessages.get("/orders", "idempotency-key", key)
                            .withMethod("POST")
                            .withBody(Buffer.buffer(body)));
        }

        Exchange(IdempotencyPolicy policy, FakeEnvironment environment, RequestView request) {
            this.policy = policy;
            this.call = new Call(
                    "id",
                    exchanges.incrementAndGet(),
                    environment.ticker().nanoTime() + Duration.ofSeconds(1).toNanos(),
                    new Cancellation());
            this.request = request;
            this.outcome = policy.onRequest(new RequestContext(request, Metadata.empty(), call));
        }

        boolean isRun() {
            return outcome.result() instanceof RequestOutcome.Proceed;
        }

        ImmediateResponse answer() {
            return ((RequestOutcome.Respond) outcome.result()).response();
        }

        private ResponseContext response(int status, HeaderMap headers) {
            Metadata metadata = Metadata.empty().after(outcome.result().instructions());
            return new ResponseContext(new ResponseView(status, headers, null), request, request, metadata, call);
        }

        /** The upstream answers, and all of that reaches the client. */
        Exchange answered(int status, HeaderMap headers, String... chunks) {
            ChunkFilter<ChunkOutcome> filter = answering(status, headers);
            for (int i = 0; i < chunks.length && !filter.equals(ChunkFilter.none()); i++) {
                Future<ChunkOutcome> chunk = filter.onChunk(Buffer.buffer(chunks[i]), i == chunks.length - 1);
                assertThat(chunk.result()).isEqualTo(ChunkOutcome.PASS);
            }
            filter.close();
            return ended(false, null);
        }

        ChunkFilter<ChunkOutcome> answering(int status, HeaderMap headers) {
            ResponseContext context = response(status, headers);
            assertThat(policy.onResponse(context).result().instructions()).isEmpty();
            return policy.responseChunks(context);
        }

        Exchange ended(boolean aborted, @Nullable String deniedBy) {
            environment.endExchange(new ExchangeEnd(call.exchangeId(), 0, aborted, deniedBy));
            return this;
        }
    }

    @Test
    void theFirstAnswerIsGivenAgainWithAMark() {
        IdempotencyPolicy policy = policy("", environment);
        request(policy, "k").answered(201, CREATED, "{\"id\"", ": 1}");

        Exchange again = request(policy, "k");

        assertThat(again.answer().status()).isEqualTo(201);
        assertThat(again.answer().body()).hasToString("{\"id\": 1}");
        assertThat(again.answer().headers())
                .isEqualTo(HeaderMap.of(
                        "content-type",
                        "application/json",
                        "location",
                        "/orders/1",
                        "set-cookie",
                        "a=1",
                        "idempotency-replayed",
                        "true"));
        assertThat(policy.underWay()).isZero();
    }

    @Test
    void anAnswerIsGivenAgainForItsTimeOnly() {
        IdempotencyPolicy policy = policy("ttl_s: 100", environment);
        request(policy, "k").answered(200, HeaderMap.empty(), "");

        environment.advance(Duration.ofMillis(99_999));
        assertThat(request(policy, "k").isRun()).isFalse();
        environment.advance(Duration.ofMillis(1));

        assertThat(request(policy, "k").isRun()).isTrue();
    }

    @Test
    void anotherBodyIsRefusedAfterTheAnswerToo() {
        IdempotencyPolicy policy = policy("", environment);
        request(policy, "k").answered(200, HeaderMap.empty(), "");

        assertThat(new Exchange(policy, environment, "k", "other").answer().status())
                .isEqualTo(422);
    }

    @Test
    void fieldsOfACodingThatWasOpenedAreNotKept() {
        IdempotencyPolicy policy = policy("", environment);
        request(policy, "k")
                .answered(200, HeaderMap.of("content-encoding", "gzip", "etag", "\"a\"", "x-a", "1"), "plain");

        assertThat(request(policy, "k").answer().headers())
                .isEqualTo(HeaderMap.of("x-a", "1", "idempotency-replayed", "true"));
    }

    @Test
    void clientErrorsAreAnswersAndServerErrorsAreNot() {
        IdempotencyPolicy policy = policy("", environment);
        for (int status : new int[] {200, 302, 400, 404, 409, 499}) {
            request(policy, "k" + status).answered(status, HeaderMap.empty(), "");
            assertThat(request(policy, "k" + status).answer().status()).isEqualTo(status);
        }
        for (int status : new int[] {408, 425, 429, 500, 503, 599}) {
            request(policy, "k" + status).answered(status, HeaderMap.empty(), "");
            assertThat(request(policy, "k" + status).isRun()).as("%s", status).isTrue();
        }
    }

    @Test
    void aResponseThatAPolicyRefusedHoldsItsKey() {
        IdempotencyPolicy policy = policy("", environment);
        Exchange first = request(policy, "k");
        Denial denial = new Denial(502, IdempotencyCode.IDEMPOTENCY_REPLAYED, "refused", DenialReason.POLICY_DENIED);
        ResponseContext upstream = first.response(502, HeaderMap.empty());
        ResponseContext refused = new ResponseContext(
                upstream.response(),
                upstream.request(),
                upstream.originalRequest(),
                upstream.metadata().after(denial.replacement(DenialFormat.JSON)),
                upstream.call());

        policy.onResponse(refused);
        assertThat(policy.responseChunks(refused)).isEqualTo(ChunkFilter.none());
        first.ended(false, null);

        // The request has been run, so the time of its lock does not count.
        environment.advance(Duration.ofSeconds(61));
        assertThat(request(policy, "k").answer().body().toString()).contains("IDEMPOTENCY_ANSWER_NOT_KEPT");
    }

    @Test
    void anAnswerWhoseEndDoesNotComeHoldsItsKeyOrFreesIt() {
        for (String params : List.of("", "on_incomplete: release")) {
            IdempotencyPolicy policy = policy(params, environment);
            String key = "hung-up" + params.length();
            Exchange first = request(policy, key);
            first.answering(201, CREATED).close();
            first.ended(true, "a later entry");

            environment.advance(Duration.ofSeconds(61));
            Exchange again = request(policy, key);
            if (params.isEmpty()) {
                assertThat(again.answer().body().toString()).contains("IDEMPOTENCY_ANSWER_NOT_KEPT");
            } else {
                assertThat(again.isRun()).isTrue();
            }
        }
    }

    @Test
    void byChoiceServerErrorsAreAnswersToo() {
        IdempotencyPolicy policy = policy("keep_server_errors: true", environment);
        request(policy, "k").answered(500, HeaderMap.empty(), "broken");

        assertThat(request(policy, "k").answer().body()).hasToString("broken");
    }

    @Test
    void anAnswerThatBreaksOffIsNotKeptAndHoldsItsKeyOrFreesIt() {
        for (String params : List.of("", "on_incomplete: release")) {
            IdempotencyPolicy policy = policy(params, environment);
            String key = "k" + params.length();
            Exchange first = request(policy, key);
            ChunkFilter<ChunkOutcome> filter = first.answering(201, CREATED);
            filter.brokenOff();
            filter.onChunk(Buffer.buffer("{\"id\""), true);
            filter.close();
            first.ended(false, null);

            // The request has been run, so the time of its lock does not count.
            environment.advance(Duration.ofSeconds(61));
            Exchange again = request(policy, key);

            if (params.isEmpty()) {
                assertThat(again.answer().status()).isEqualTo(409);
                assertThat(again.answer().body().toString()).contains("IDEMPOTENCY_ANSWER_NOT_KEPT");
            } else {
                assertThat(again.isRun()).isTrue();
            }
        }
    }

    @Test
    void anAnswerThatIsTooLongPassesAndIsNotRunAgain() {
        IdempotencyPolicy policy = policy("max_body_bytes: 4", environment);
        request(policy, "k").answered(200, HeaderMap.empty(), "123", "45");
        request(policy, "short").answered(200, HeaderMap.empty(), "123", "4");

        assertThat(request(policy, "k").answer().status()).isEqualTo(409);
        assertThat(request(policy, "k").answer().body())
                .hasToString(
                        "{\"error\":\"The request has been run, and its answer could not be kept\",\"code\":\"IDEMPOTENCY_ANSWER_NOT_KEPT\"}");
        assertThat(request(policy, "short").answer().body()).hasToString("1234");
    }

    @Test
    void anAnswerThatIsTooLongForTheEngineToGiveIsNotKept() {
        environment.limitBodies(4);
        IdempotencyPolicy policy = policy("max_body_bytes: 16777216", environment);
        request(policy, "k").answered(200, HeaderMap.empty(), "12345");

        assertThat(request(policy, "k").answer().status()).isEqualTo(409);
    }

    @Test
    void anAnswerThatAnInstanceWithALargerBoundHasKeptCannotBeGiven() {
        IdempotencyPolicy policy = policy("", environment);
        request(policy, "k").answered(200, HeaderMap.empty(), "12345");
        environment.limitBodies(4);

        assertThat(request(policy, "k").answer().status()).isEqualTo(409);
    }

    @Test
    void answersWithManyFieldsOrTrailersAreNotKept() {
        IdempotencyPolicy policy = policy("", environment);
        request(policy, "many").answered(200, HeaderMap.of("x-a", "a".repeat(ReplayRules.MAX_FIELDS)), "");
        request(policy, "grpc").answered(200, HeaderMap.of("content-type", "Application/grpc+proto"), "");

        assertThat(request(policy, "many").answer().status()).isEqualTo(409);
        assertThat(request(policy, "grpc").answer().status()).isEqualTo(409);
    }

    @Test
    void partsAreNotKeptAndTheirRequestsDoNotRunAgain() {
        IdempotencyPolicy policy = policy("", environment);
        request(policy, "part").answered(206, HeaderMap.of("content-range", "bytes 0-1/9"), "ab");
        request(policy, "parts").answered(206, HeaderMap.of("content-type", "multipart/byteranges"), "ab");
        request(policy, "whole").answered(200, HeaderMap.of("content-range", "bytes 0-1/9"), "ab");

        for (String key : List.of("part", "parts", "whole")) {
            assertThat(request(policy, key).answer().body().toString()).contains("IDEMPOTENCY_ANSWER_NOT_KEPT");
        }
    }

    @Test
    void fieldsThatEnvoyTakesFromNobodyAreNotGivenAgain() {
        IdempotencyPolicy policy = policy("", environment);
        HeaderMap fields = HeaderMap.of(
                "x-envoy-upstream-service-time", "5", "host", "a", "connection", "x-hop", "x-hop", "1", "x-a", "1");
        request(policy, "k").answered(200, fields, "a");

        assertThat(request(policy, "k").answer().headers())
                .isEqualTo(HeaderMap.of("x-a", "1", "idempotency-replayed", "true"));
    }

    @Test
    void answersWithMoreFieldsThanEnvoyTakesAreNotKept() {
        IdempotencyPolicy policy = policy("", environment);
        HeaderMap.Builder many = HeaderMap.builder(100);
        for (int i = 0; i < 100; i++) {
            many.append("x-" + i, "a");
        }
        request(policy, "k").answered(200, many.build(), "a");

        assertThat(request(policy, "k").answer().status()).isEqualTo(409);
    }

    @Test
    void copiesThatAreOnTheirWayHaveABound() {
        IdempotencyPolicy policy = policy("max_body_bytes: 16777216", environment);
        Capacity room = environment.capacity("answers", 4 << 20);
        ChunkFilter<ChunkOutcome> first = request(policy, "k1").answering(200, HeaderMap.empty());
        ChunkFilter<ChunkOutcome> second = request(policy, "k2").answering(200, HeaderMap.empty());

        first.onChunk(Buffer.buffer(new byte[4 << 20]), false);
        assertThat(second.onChunk(Buffer.buffer("a"), true).result()).isEqualTo(ChunkOutcome.PASS);
        first.onChunk(Buffer.buffer("a"), true);
        first.close();
        second.close();

        assertThat(request(policy, "k1").answer().status()).isEqualTo(409);
        assertThat(request(policy, "k2").answer().status()).isEqualTo(409);
        assertThat(room.taken()).isZero();
    }

    @Test
    void aRequestThatIsDeniedAfterwardsFreesItsKey() {
        IdempotencyPolicy policy = policy("", environment);
        request(policy, "k").ended(false, "rateLimit");

        assertThat(request(policy, "k").isRun()).isTrue();
        assertThat(policy.underWay()).isOne();
    }

    @Test
    void aRequestWhoseAnswerDoesNotComeHoldsItsKeyForItsTime() {
        IdempotencyPolicy policy = policy("lock_ttl_s: 60", environment);
        request(policy, "k").ended(true, null);

        assertThat(request(policy, "k").answer().status()).isEqualTo(409);
        environment.advance(Duration.ofSeconds(60));

        assertThat(request(policy, "k").isRun()).isTrue();
    }

    @Test
    void byChoiceItFreesItsKey() {
        IdempotencyPolicy policy = policy("on_incomplete: release", environment);
        Exchange cut = request(policy, "k");
        cut.answering(200, HeaderMap.empty()).onChunk(Buffer.buffer("half"), false);
        assertThat(request(policy, "k").isRun()).isFalse();

        cut.ended(true, null);

        assertThat(request(policy, "k").isRun()).isTrue();
    }

    @Test
    void aRunThatLostItsKeyNeitherAnswersNorFreesThatOfAnother() {
        IdempotencyPolicy policy = policy("{ lock_ttl_s: 60, on_incomplete: release }", environment);
        Exchange slow = request(policy, "k");
        Exchange cut = request(policy, "other");
        environment.advance(Duration.ofSeconds(60));
        Exchange next = request(policy, "k");
        assertThat(next.isRun() && request(policy, "other").isRun()).isTrue();

        slow.answered(200, HeaderMap.empty(), "late");
        cut.ended(true, null);
        assertThat(request(policy, "k").answer().status()).isEqualTo(409);
        assertThat(request(policy, "other").answer().status()).isEqualTo(409);
        next.answered(200, HeaderMap.empty(), "next");

        assertThat(request(policy, "k").answer().body()).hasToString("next");
    }

    @Test
    void aRunThatTookLongerThanItsKeyIsHeldKeepsItsAnswerIfNobodyElseHasBegun() {
        IdempotencyPolicy policy = policy("lock_ttl_s: 60", environment);
        Exchange slow = request(policy, "k");
        environment.advance(Duration.ofSeconds(61));

        slow.answered(200, HeaderMap.empty(), "late");

        assertThat(request(policy, "k").answer().body()).hasToString("late");
    }

    @Test
    void anAnswerThatIsKeptIsNotReplacedByALateOne() {
        IdempotencyPolicy policy = policy("lock_ttl_s: 60", environment);
        Exchange slow = request(policy, "k");
        environment.advance(Duration.ofSeconds(60));
        request(policy, "k").answered(200, HeaderMap.empty(), "first");

        slow.answered(200, HeaderMap.empty(), "late");

        assertThat(request(policy, "k").answer().body()).hasToString("first");
    }

    @Test
    void duplicatesAtTheSameInstantOnTwoInstancesAreRunOnce() {
        FakeEnvironment otherEnvironment = new FakeEnvironment();
        environment.useStore("redis").joinedBy(otherEnvironment);
        IdempotencyPolicy one = policy("store: redis", environment);
        IdempotencyPolicy other = policy("store: redis", otherEnvironment);

        Exchange first = new Exchange(one, environment, "k", "body");
        Exchange second = new Exchange(other, otherEnvironment, "k", "body");
        assertThat(first.isRun()).isTrue();
        assertThat(second.answer().status()).isEqualTo(409);
        first.answered(201, CREATED, "{\"id\": 1}");

        ImmediateResponse again = new Exchange(other, otherEnvironment, "k", "body").answer();
        assertThat(again.status()).isEqualTo(201);
        assertThat(again.body()).hasToString("{\"id\": 1}");
        assertThat(new Exchange(other, otherEnvironment, "k", "another")
                        .answer()
                        .status())
                .isEqualTo(422);
    }

    @Test
    void theKeysOfAnInstanceThatDiesAreFreeAfterTheirTime() {
        FakeEnvironment otherEnvironment = new FakeEnvironment();
        environment.useStore("redis").joinedBy(otherEnvironment);
        assertThat(request(policy("store: redis", environment), "k").isRun()).isTrue();
        IdempotencyPolicy survivor = policy("store: redis", otherEnvironment);

        assertThat(new Exchange(survivor, otherEnvironment, "k", "body")
                        .answer()
                        .status())
                .isEqualTo(409);
        environment.advance(Duration.ofSeconds(60));

        assertThat(new Exchange(survivor, otherEnvironment, "k", "body").isRun())
                .isTrue();
    }

    @Test
    void aKeyThatWasTakenThoughTheReplyWasLostIsGivenBack() {
        environment.useStore("redis").loseReplies();
        IdempotencyPolicy policy = policy("store: redis", environment);
        assertThat(request(policy, "k").answer().status()).isEqualTo(503);

        environment.useStore("redis").recover();

        assertThat(request(policy, "k").isRun()).isTrue();
    }

    @Test
    void anAnswerThatCannotBeKeptPassesAndItsKeyIsHeld() {
        IdempotencyPolicy policy = policy("store: redis", environment, "redis");
        Exchange run = request(policy, "k");
        environment.useStore("redis").fail(StoreException.Kind.UNREACHABLE);
        run.answered(200, HeaderMap.empty(), "answer");
        environment.useStore("redis").recover();

        assertThat(request(policy, "k").answer().status()).isEqualTo(409);
    }

    @Test
    void theLastChunkWaitsUntilTheAnswerIsKept() {
        IdempotencyPolicy policy = policy("store: redis", environment, "redis");
        ChunkFilter<ChunkOutcome> filter = request(policy, "k").answering(200, HeaderMap.empty());
        environment.useStore("redis").after(Duration.ofMillis(20));

        assertThat(filter.onChunk(Buffer.buffer("a"), false).isComplete()).isTrue();
        Future<ChunkOutcome> last = filter.onChunk(Buffer.buffer("b"), true);
        assertThat(last.isComplete()).isFalse();
        environment.advance(Duration.ofMillis(20));

        assertThat(last.result()).isEqualTo(ChunkOutcome.PASS);
    }

    @Test
    void aRequestWhoseClientHangsUpWhileTheStoreIsAskedHoldsNothing() {
        IdempotencyPolicy policy = policy("store: redis", environment, "redis");
        environment.useStore("redis").after(Duration.ofMillis(20));
        Exchange gone = request(policy, "k");

        gone.call.cancellation().cancel();
        gone.ended(true, null);
        environment.advance(Duration.ofMillis(20));
        environment.useStore("redis").recover();

        assertThat(gone.outcome.failed()).isTrue();
        assertThat(policy.underWay()).isZero();
        assertThat(request(policy, "k").isRun()).isTrue();
    }

    @Test
    void exchangesOfTwoKernelsWithOneIdFreeNobodysKey() {
        IdempotencyPolicy policy = policy("on_incomplete: release", environment);
        request(policy, "k1");
        exchanges.decrementAndGet();
        Exchange sameId = request(policy, "k2");

        sameId.ended(true, null);

        assertThat(request(policy, "k1").isRun()).isFalse();
        assertThat(request(policy, "k2").isRun()).isFalse();
    }

    @Test
    void keysHaveALengthAndSoHasWhatIsKeptOfThem() {
        IdempotencyPolicy policy = policy("", environment);
        Exchange longest = request(policy, "k".repeat(IdempotencyKeyField.MAX_LENGTH));

        assertThat(longest.isRun()).isTrue();
        assertThat(Execution.of(Metadata.empty().after(longest.outcome.result().instructions())))
                .extracting(Execution::slot)
                .asString()
                .hasSize(64);
        assertThat(request(policy, "k".repeat(IdempotencyKeyField.MAX_LENGTH + 1))
                        .answer()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void longAnswersOfAnotherClientMakeNoRequestRunAgain() {
        IdempotencyPolicy policy = policy("", environment);
        String long250k = "a".repeat(250_000);
        from("192.0.2.1", policy, "answered").answered(201, CREATED, "{\"id\": 1}");
        Exchange underWay = from("192.0.2.1", policy, "under-way");

        for (int i = 0; i < 17; i++) {
            from("192.0.2.2", policy, "flood" + i).answered(200, HeaderMap.empty(), long250k);
        }

        assertThat(from("192.0.2.1", policy, "answered").answer().status()).isEqualTo(201);
        assertThat(from("192.0.2.1", policy, "under-way").answer().status()).isEqualTo(409);
        assertThat(underWay.answered(200, HeaderMap.empty(), "late").isRun()).isTrue();
        assertThat(from("192.0.2.1", policy, "under-way").answer().body()).hasToString("late");
        assertThat(from("192.0.2.2", policy, "flood0").answer().body().toString())
                .contains("IDEMPOTENCY_ANSWER_NOT_KEPT");
        assertThat(from("192.0.2.2", policy, "flood16").answer().body()).hasToString(long250k);
    }

    @Test
    void keysOfAnotherClientMakeNoRequestRunAgainAndAreRefusedBeforeTheyFillTheMemory() {
        for (String onFailure : new String[] {"deny", "allow"}) {
            FakeEnvironment fresh = new FakeEnvironment();
            IdempotencyPolicy policy = policy("{ max_bytes: 65536, on_store_failure: " + onFailure + " }", fresh);
            from("192.0.2.1", policy, "mine", fresh);
            int run = 0;

            Exchange next = from("192.0.2.2", policy, "flood", fresh);
            while (next.isRun()) {
                next = from("192.0.2.2", policy, "flood" + run++, fresh);
            }

            assertThat(run).isBetween(30, 100);
            assertThat(next.answer().status()).isEqualTo(503);
            assertThat(next.answer().body().toString()).contains("IDEMPOTENCY_OVERLOADED");
            assertThat(next.answer().headers().get("retry-after")).isEqualTo("1");
            assertThat(from("192.0.2.2", policy, "flood0", fresh).answer().status())
                    .isEqualTo(409);
            assertThat(from("192.0.2.1", policy, "mine", fresh).answer().status())
                    .isEqualTo(409);
            assertThat(from("192.0.2.1", policy, "mine-too", fresh).isRun()).isTrue();
            assertThat(policy.underWay()).isEqualTo(run + 2);
        }
    }

    @Test
    void theShareIsOfTheClientAlsoIfItChoosesTheOwner() {
        IdempotencyPolicy policy = policy("{ max_bytes: 65536, key: 'header:x-tenant' }", environment);
        int run = 0;

        while (asTenant("tenant" + run, "192.0.2.2", policy).isRun()) {
            run++;
        }

        assertThat(run).isBetween(30, 100);
        assertThat(asTenant("tenant", "192.0.2.1", policy).isRun()).isTrue();
    }

    @Test
    void aLongBodyIsDigestedBesideTheEventLoop() {
        IdempotencyPolicy policy = policy("", environment);
        String body = "a".repeat(100_000);
        new Exchange(policy, environment, "k", body).answered(200, HeaderMap.empty(), "long");

        assertThat(environment.declared()).hasSize(1);
        assertThat(new Exchange(policy, environment, "k", body + "a").answer().status())
                .isEqualTo(422);
        assertThat(new Exchange(policy, environment, "k", body).answer().body()).hasToString("long");
    }

    private Exchange request(IdempotencyPolicy policy, String key) {
        return new Exchange(policy, environment, key, "body");
    }

    private Exchange from(String address, IdempotencyPolicy policy, String key) {
        return from(address, policy, key, environment);
    }

    private Exchange from(String address, IdempotencyPolicy policy, String key, FakeEnvironment environment) {
        return new Exchange(
                policy,
                environment,
                TestMessages.request("POST", "/orders", HeaderMap.of("idempotency-key", key), address));
    }

    private Exchange asTenant(String tenant, String address, IdempotencyPolicy policy) {
        return new Exchange(
                policy,
                environment,
                TestMessages.request(
                        "POST", "/orders", HeaderMap.of("idempotency-key", "k", "x-tenant", tenant), address));
    }

    private static IdempotencyPolicy policy(String params, FakeEnvironment environment, String... stores) {
        for (String store : stores) {
            environment.useStore(store);
        }
        return (IdempotencyPolicy)
                PolicyTester.of(new IdempotencyFactory(), params, environment).policy();
    }
}

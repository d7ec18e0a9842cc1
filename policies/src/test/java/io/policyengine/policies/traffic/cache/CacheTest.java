package io.policyengine.policies.traffic.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ExchangeEnd;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.Question;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.core.policy.RequestOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.store.StoreException;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CacheTest {
    private static final String FRESH = "max-age=60";

    private final FakeEnvironment environment = new FakeEnvironment();
    private @Nullable PolicyTester tester;
    private long exchanges;

    /** A request under way, as the engine has it. */
    private record Sent(Call call, RequestView request, Future<RequestOutcome> decision) {
        boolean isAnswered() {
            return decision.succeeded() && decision.result() instanceof RequestOutcome.Respond;
        }

        boolean isForwarded() {
            return decision.succeeded() && decision.result() instanceof RequestOutcome.Proceed;
        }

        Metadata metadata() {
            return Metadata.empty().after(decision.result().instructions());
        }

        String body() {
            return ((RequestOutcome.Respond) decision.result())
                    .response()
                    .body()
                    .toString();
        }

        @Nullable
        String status() {
            return ((RequestOutcome.Respond) decision.result())
                    .response()
                    .headers()
                    .get("cache-status");
        }

        RequestView upstream() {
            return Instructions.apply(decision.result().instructions(), request);
        }
    }

    private void with(String params) {
        tester = PolicyTester.of(new CacheFactory(), params, environment);
    }

    private Policy policy() {
        if (tester == null) {
            with("");
        }
        return Objects.requireNonNull(tester).policy();
    }

    private Sent get(String path, String... headers) {
        return send("GET", path, headers);
    }

    private Sent send(String method, String path, String... headers) {
        RequestView request = request(method, path, headers);
        Call call = new Call(
                "id",
                ++exchanges,
                environment.ticker().nanoTime() + Duration.ofSeconds(10).toNanos(),
                new Cancellation());
        return new Sent(call, request, policy().onRequest(new RequestContext(request, Metadata.empty(), call)));
    }

    private static RequestView request(String method, String path, String... headers) {
        return new RequestView(
                method,
                "https",
                "example.com",
                path,
                HeaderMap.of(headers),
                "192.0.2.1",
                Map.of(),
                Buffer.buffer(),
                false);
    }

    private ResponseContext context(Sent sent, @Nullable Buffer body, int status, String... headers) {
        return new ResponseContext(
                new ResponseView(status, HeaderMap.of(headers), body),
                sent.upstream().withBody(null),
                sent.request(),
                sent.metadata(),
                sent.call());
    }

    private ResponseOutcome answer(Sent sent, String body, String... headers) {
        return policy().onResponse(context(sent, Buffer.buffer(body), 200, headers))
                .result();
    }

    private ChunkFilter<ChunkOutcome> streamed(Sent sent, String... headers) {
        ResponseContext context = context(sent, null, 200, headers);
        policy().onResponse(context);
        return policy().responseChunks(context);
    }

    private void end(Sent sent) {
        environment.endExchange(new ExchangeEnd(sent.call().exchangeId(), 200, false, null));
    }

    @Test
    void itsLookupsAreCounted() {
        answer(get("/"), "abc", "cache-control", FRESH);
        get("/");
        send("POST", "/");
        environment.advance(Duration.ofSeconds(61));
        get("/");

        assertThat(environment.cache("answers")).hasToString("1 hits, 1 stale, 1 missed");
    }

    @Test
    void aBodyInChunksIsStoredOnceItIsWhole() {
        Sent first = get("/");
        ChunkFilter<ChunkOutcome> chunks = streamed(first, "cache-control", FRESH, "content-length", "6");

        assertThat(chunks.onChunk(Buffer.buffer("abc"), false).result()).isEqualTo(ChunkOutcome.PASS);
        assertThat(chunks.onChunk(Buffer.buffer("def"), true).result()).isEqualTo(ChunkOutcome.PASS);
        chunks.close();

        assertThat(get("/").body()).isEqualTo("abcdef");
    }

    @Test
    void aBodyThatBreaksOffIsNotStored() {
        Sent first = get("/");
        ChunkFilter<ChunkOutcome> chunks = streamed(first, "cache-control", FRESH);
        chunks.onChunk(Buffer.buffer("abc"), false);
        chunks.close();
        end(first);

        assertThat(get("/").isForwarded()).isTrue();
    }

    @Test
    void aBodyOfAnotherLengthThanItSaysIsNotStored() {
        ChunkFilter<ChunkOutcome> chunks = streamed(get("/"), "cache-control", FRESH, "content-length", "6");
        chunks.onChunk(Buffer.buffer("abc"), true);
        chunks.close();

        assertThat(get("/").isForwarded()).isTrue();
    }

    @Test
    void aBodyThatGrowsTooLongPassesAndIsNotStored() {
        with("max_body_bytes: 4");
        Sent first = get("/");
        ChunkFilter<ChunkOutcome> chunks = streamed(first, "cache-control", FRESH);

        assertThat(chunks.onChunk(Buffer.buffer("abc"), false).result()).isEqualTo(ChunkOutcome.PASS);
        assertThat(chunks.onChunk(Buffer.buffer("def"), true).result()).isEqualTo(ChunkOutcome.PASS);

        assertThat(get("/").isForwarded()).isTrue();
    }

    @Test
    void aWholeBodyThatIsTooLongSaysSoAndKeepsNobodyWaiting() {
        with("max_body_bytes: 4");
        Sent first = get("/");
        Sent second = get("/");

        ResponseOutcome passed = answer(first, "abcdef", "cache-control", FRESH);

        assertThat(passed.instructions())
                .containsExactly(new AppendHeader("cache-status", "policy-engine; fwd=uri-miss; detail=too-long"));
        assertThat(second.isForwarded()).isTrue();
    }

    @Test
    void anAnswerIsConfirmedWhateverLengthThe304Says() {
        answer(get("/"), "abc", "cache-control", FRESH, "etag", "\"a\"");
        environment.advance(Duration.ofSeconds(61));
        Sent asks = get("/");

        policy().onResponse(context(asks, Buffer.buffer(), 304, "cache-control", FRESH, "content-length", "0"));

        assertThat(get("/").body()).isEqualTo("abc");
    }

    @Test
    void aBodyThatIsTooLongForAnAnswerOfTheEngineIsNotStored() {
        environment.limitBodies(4);
        Sent whole = get("/whole");
        answer(whole, "12345", "cache-control", FRESH);
        end(whole);
        answer(get("/short"), "1234", "cache-control", FRESH);
        streamed(get("/stream"), "cache-control", FRESH).onChunk(Buffer.buffer("12345"), true);

        assertThat(get("/whole").isForwarded()).isTrue();
        assertThat(get("/stream").isForwarded()).isTrue();
        assertThat(get("/short").body()).isEqualTo("1234");
    }

    @Test
    void bodiesOnTheirWayHaveABoundTogetherAndGiveTheirRoomBack() {
        with("max_bytes: 65536"); // a quarter of it is for those on their way
        List<ChunkFilter<ChunkOutcome>> underWay = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ChunkFilter<ChunkOutcome> chunks = streamed(get("/" + i), "cache-control", FRESH);
            chunks.onChunk(Buffer.buffer(new byte[4096]), false);
            underWay.add(chunks);
        }
        ChunkFilter<ChunkOutcome> tooMuch = streamed(get("/4"), "cache-control", FRESH);
        tooMuch.onChunk(Buffer.buffer(new byte[4096]), true);
        assertThat(get("/4").isForwarded()).isTrue();

        underWay.forEach(ChunkFilter::close);
        ChunkFilter<ChunkOutcome> again = streamed(get("/5"), "cache-control", FRESH);
        again.onChunk(Buffer.buffer(new byte[4096]), true);

        assertThat(get("/5").isAnswered()).isTrue();
    }

    @Test
    void othersWaitForTheAnswerThatOneFetches() {
        Sent first = get("/");
        List<Sent> others = List.of(get("/"), get("/"), get("/"));
        assertThat(first.isForwarded()).isTrue();
        assertThat(others).noneMatch(other -> other.decision().isComplete());

        answer(first, "hello", "cache-control", FRESH);

        assertThat(others).allSatisfy(other -> {
            assertThat(other.body()).isEqualTo("hello");
            assertThat(other.status()).isEqualTo("policy-engine; hit; ttl=60; detail=collapsed");
        });
    }

    @Test
    void othersGoOnWhereTheAnswerIsNotStoredAndNobodyWaitsForTheNext() {
        Sent first = get("/");
        Sent other = get("/");
        answer(first, "hello", "cache-control", "no-store");
        assertThat(other.isForwarded()).isTrue();

        assertThat(get("/").isForwarded()).isTrue();
        assertThat(get("/").isForwarded()).isTrue();

        environment.advance(Duration.ofSeconds(10));
        assertThat(get("/").isForwarded()).isTrue();
        assertThat(get("/").decision().isComplete()).isFalse();
    }

    @Test
    void oneOfTheOthersFetchesWhereTheExchangeEndsThatDid() {
        Sent first = get("/");
        Sent part = get("/", "range", "bytes=0-1");
        List<Sent> others = List.of(get("/"), get("/"), get("/"));

        end(first);
        assertThat(part.decision().isComplete())
                .as("its answer is not the whole")
                .isFalse();
        List<Sent> fetching = others.stream().filter(Sent::isForwarded).toList();
        assertThat(fetching).hasSize(1);

        end(fetching.getFirst());
        List<Sent> next = others.stream()
                .filter(other -> other.decision().isComplete() && !fetching.contains(other))
                .toList();
        assertThat(next).hasSize(1);
        assertThat(next.getFirst().isForwarded()).isTrue();
        answer(next.getFirst(), "hello", "cache-control", FRESH);

        assertThat(others).filteredOn(Sent::isAnswered).hasSize(1);
        assertThat(part.isAnswered()).isTrue();
        assertThat(get("/").body()).isEqualTo("hello");
        assertThat(flights().underWay()).isZero();
        assertThat(flights().waiting()).isZero();
    }

    @Test
    void theOthersGoOnWhereNoneOfThemMayFetchForAll() {
        Sent first = get("/");
        List<Sent> parts = List.of(get("/", "range", "bytes=0-1"), get("/", "range", "bytes=2-3"));

        end(first);

        assertThat(parts).allMatch(Sent::isForwarded);
        assertThat(flights().underWay()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void oneWhoHangsUpWhenItsTurnHasComeHandsItOn(int hangsUp) {
        environment.useStore("redis").after(Duration.ofMillis(20));
        with("store: redis");
        Sent first = get("/");
        environment.advance(Duration.ofMillis(20));
        assertThat(first.isForwarded()).isTrue();
        List<Sent> others = List.of(get("/"), get("/"));
        environment.advance(Duration.ofMillis(20));

        end(first);
        others.get(hangsUp).call().cancellation().cancel();
        environment.advance(Duration.ofMillis(60));

        Sent left = others.get(1 - hangsUp);
        assertThat(left.isForwarded()).isTrue();
        end(left);
        assertThat(flights().underWay()).isZero();
        assertThat(flights().waiting()).isZero();
    }

    @Test
    void othersGoOnWhenTheyHaveWaitedLongEnough() {
        with("wait_ms: 200");
        get("/");
        Sent other = get("/");
        environment.advance(Duration.ofMillis(199));
        assertThat(other.decision().isComplete()).isFalse();

        environment.advance(Duration.ofMillis(1));

        assertThat(other.isForwarded()).isTrue();
    }

    @Test
    void noMoreWaitThanMay() {
        with("max_waiting: 1");
        get("/");
        Sent second = get("/");
        assertThat(second.decision().isComplete()).isFalse();

        assertThat(get("/").isForwarded()).isTrue();

        second.call().cancellation().cancel();
        assertThat(get("/").decision().isComplete()).isFalse();
    }

    @Test
    void oneWhoHangsUpWaitsNoLonger() {
        Sent first = get("/");
        Sent other = get("/");

        other.call().cancellation().cancel();
        assertThat(other.decision().isComplete()).isTrue();

        answer(first, "hello", "cache-control", FRESH);
        assertThat(get("/").body()).isEqualTo("hello");
    }

    @Test
    void aFetchThatTakesTooLongIsFollowedByAnother() {
        with("wait_ms: 200");
        get("/");
        environment.advance(Duration.ofMillis(200));

        Sent second = get("/");
        Sent third = get("/");

        assertThat(second.isForwarded()).isTrue();
        assertThat(third.decision().isComplete()).isFalse();
    }

    @Test
    void othersGetAStaleAnswerWhileOneFetchesANewOne() {
        with("stale_while_revalidate_s: 30");
        answer(get("/"), "old", "cache-control", FRESH);
        environment.advance(Duration.ofSeconds(70));

        Sent first = get("/");
        Sent other = get("/");

        assertThat(first.isForwarded()).isTrue();
        assertThat(other.body()).isEqualTo("old");
        assertThat(other.status()).isEqualTo("policy-engine; hit; ttl=-10; detail=stale-while-revalidate");
        answer(first, "new", "cache-control", FRESH);
        assertThat(get("/").body()).isEqualTo("new");
    }

    @Test
    void anAnswerThatWasOnItsWayWhenTheResourceChangedIsNotUsed() {
        Sent first = get("/");
        environment.advance(Duration.ofMillis(1));
        Sent change = send("POST", "/");
        answer(change, "");
        environment.advance(Duration.ofMillis(1));
        answer(first, "old", "cache-control", FRESH);

        assertThat(get("/").isForwarded()).isTrue();
    }

    @Test
    void anAnswerThatAnInstanceWithALargerBoundHasStoredIsFetchedAgain() {
        answer(get("/"), "hello", "cache-control", FRESH);
        assertThat(get("/").isAnswered()).isTrue();

        environment.limitBodies(4);

        assertThat(get("/").isForwarded()).isTrue();
    }

    @Test
    void anAnswerIsNotStoredIfALaterPolicyHasChangedWhatItsKeyIsMadeOf() {
        for (RequestView sent : List.of(
                request("GET", "/b"),
                request("POST", "/a"),
                request("GET", "/a").withAuthority("other.example"),
                request("GET", "/a", "x-plan", "gold"))) {
            Sent first = get("/a");
            ResponseContext context = new ResponseContext(
                    new ResponseView(200, HeaderMap.of("cache-control", FRESH, "vary", "X-Plan"), Buffer.buffer("a")),
                    sent,
                    first.request(),
                    first.metadata(),
                    first.call());

            assertThat(policy().onResponse(context).result().instructions())
                    .singleElement()
                    .asString()
                    .contains("detail=rewritten");
        }
    }

    @Test
    void the304ThatTheEngineAskedForNeverReachesAClientThatDidNot() {
        answer(get("/"), "old", "cache-control", FRESH, "etag", "\"a\"");
        environment.advance(Duration.ofSeconds(70));
        Sent asking = get("/");
        assertThat(asking.upstream().headers().get("if-none-match")).isEqualTo("\"a\"");
        end(asking);

        ResponseContext context = context(asking, Buffer.buffer(), 304, "etag", "\"a\"");
        ResponseView shown =
                Instructions.apply(policy().onResponse(context).result().instructions(), context.response());

        assertThat(shown.status()).isEqualTo(502);
    }

    @Test
    void aStoreThatFailsInTheMiddleCostsNobodyAnAnswer() {
        environment.useStore("redis");
        with("store: redis");
        Sent first = get("/");
        Sent other = get("/");
        environment.useStore("redis").fail(StoreException.Kind.REFUSED);

        answer(first, "hello", "cache-control", FRESH);

        assertThat(other.isForwarded()).isTrue();
        environment.useStore("redis").recover();
        assertThat(get("/").isForwarded()).isTrue();
    }

    @Test
    void twoInstancesShareAnswersAndChanges() {
        environment.useStore("redis");
        with("store: redis");
        FakeEnvironment elsewhere = new FakeEnvironment();
        environment.useStore("redis").joinedBy(elsewhere);
        answer(get("/"), "hello", "cache-control", FRESH);

        tester = PolicyTester.of(new CacheFactory(), "store: redis", elsewhere);
        assertThat(get("/").body()).isEqualTo("hello");
        answer(send("PUT", "/"), "");

        with("store: redis");
        assertThat(get("/").isForwarded()).isTrue();
    }

    @Test
    void answersOutliveAReload() {
        answer(get("/"), "hello", "cache-control", FRESH);
        with("stale_if_error_s: 5");

        assertThat(get("/").body()).isEqualTo("hello");
    }

    @Test
    void answersInMemoryHaveABound() {
        with("max_bytes: 65536");
        for (int i = 0; i < 1000; i++) {
            answer(get("/" + i), "x".repeat(1000), "cache-control", FRESH);
        }

        long kept = 0;
        for (int i = 0; i < 1000; i++) {
            kept += get("/" + i).isAnswered() ? 1 : 0;
        }

        assertThat(kept).isBetween(1L, 65L);
    }

    @Test
    void aFloodOfVariantsHasABound() {
        with("max_variants: 4");
        for (int i = 0; i < 100; i++) {
            answer(get("/", "x-a", "v" + i), "a", "cache-control", FRESH, "vary", "x-a");
        }

        long kept = 0;
        for (int i = 0; i < 100; i++) {
            kept += get("/", "x-a", "v" + i).isAnswered() ? 1 : 0;
        }

        assertThat(kept).isEqualTo(4);
    }

    @Test
    void staleAnswersThatWaitToBeConfirmedHaveABoundTogether() {
        with("max_bytes: 65536");
        for (int i = 0; i < 4; i++) {
            answer(get("/" + i), "x".repeat(6000), "cache-control", FRESH, "etag", "\"a\"");
        }
        environment.advance(Duration.ofSeconds(70));

        List<Sent> asking = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asking.add(get("/" + i));
        }

        assertThat(asking)
                .filteredOn(sent -> sent.upstream().headers().contains("if-none-match"))
                .hasSize(2);
        asking.forEach(this::end);
        assertThat(get("/0").upstream().headers().contains("if-none-match")).isTrue();
    }

    private Flights flights() {
        return environment.state("flights", "", () -> new Flights(environment));
    }

    @Test
    void nothingIsHeldOfAnExchangeThatIsOver() {
        List<Sent> all = List.of(get("/a"), get("/a"), send("POST", "/a"), send("HEAD", "/a"), get("/b"));
        assertThat(environment.keptForExchanges()).isEqualTo(3);

        all.forEach(this::end);

        assertThat(environment.keptForExchanges()).isZero();
        assertThat(flights().underWay()).isZero();
        assertThat(flights().waiting()).isZero();
    }

    @Test
    void aFloodOfResourcesLeavesNothing() {
        for (int i = 0; i < 20_000; i++) {
            Sent sent = get("/" + i);
            answer(sent, "a", "cache-control", "no-store");
            end(sent);
        }

        assertThat(environment.keptForExchanges()).isZero();
        assertThat(flights().underWay()).isZero();
        assertThat(flights().remembered()).isLessThanOrEqualTo(10_000);
    }

    private String purge(String name, String value) {
        return String.valueOf(
                policy().ask(new Question("purge", Map.of(name, value))).result());
    }

    private List<String> stored(String... paths) {
        return Stream.of(paths)
                .filter(path -> {
                    Sent sent = get(path);
                    end(sent);
                    return sent.isAnswered();
                })
                .toList();
    }

    private void store(String... paths) {
        for (String path : paths) {
            answer(get(path), "a", "cache-control", FRESH);
        }
        environment.advance(Duration.ofMillis(1));
    }

    @Test
    void anOperatorLetsItForgetAPathABeginningOrAll() {
        String[] paths = {"/a", "/a?x", "/ab", "/b"};
        store(paths);

        assertThat(purge("path", "/a")).contains("purged_until");
        environment.advance(Duration.ofMillis(1));
        assertThat(stored(paths)).containsExactly("/a?x", "/ab", "/b");
        store("/a");
        purge("path_prefix", "/a");
        environment.advance(Duration.ofMillis(1));
        assertThat(stored(paths)).containsExactly("/b");
        purge("all", "true");
        environment.advance(Duration.ofMillis(1));
        assertThat(stored(paths)).isEmpty();
        store("/c");
        assertThat(stored("/c")).containsExactly("/c");
    }

    @Test
    void aPurgeIsOfOneAuthorityWhereItSaysSo() {
        store("/a");
        policy().ask(new Question("purge", Map.of("all", "true", "authority", "other.example")));
        assertThat(stored("/a")).isNotEmpty();

        policy().ask(new Question("purge", Map.of("all", "true", "authority", "EXAMPLE.com")));

        assertThat(stored("/a")).isEmpty();
    }

    @Test
    void morePurgesThanAreToldApartForgetAll() {
        store("/a");
        for (int i = 0; i < 100; i++) {
            purge("path", "/other/" + i);
        }
        assertThat(stored("/a")).isNotEmpty();

        purge("path", "/other");

        assertThat(stored("/a")).isEmpty();
    }

    @Test
    void anotherInstanceForgetsWithinASecond() {
        FakeEnvironment elsewhere = new FakeEnvironment();
        environment.useStore("redis").joinedBy(elsewhere);
        with("store: redis");
        store("/a");
        assertThat(stored("/a")).isNotEmpty();

        PolicyTester.of(new CacheFactory(), "store: redis", elsewhere)
                .policy()
                .ask(new Question("purge", Map.of("all", "true")));
        environment.advance(Duration.ofSeconds(1));

        assertThat(stored("/a")).isEmpty();
    }

    @Test
    void aPurgeThatSaysNothingIsRefused() {
        for (Map<String, String> none :
                List.of(Map.of("path", "a"), Map.of("path_prefix", ""), Map.of("path", "/" + "a".repeat(9000)))) {
            assertThatIllegalArgumentException().isThrownBy(() -> policy().ask(new Question("purge", none)));
        }
        assertThat(policy().ask(new Question("quotas", Map.of())).result()).isNull();
    }

    @Test
    void anAnswerWithFieldsThatTheEngineCouldNotGiveIsNotStored() {
        List<String> many = new ArrayList<>(List.of("cache-control", FRESH));
        for (int i = 0; i < 100; i++) {
            many.addAll(List.of("x-" + i, "a"));
        }
        answer(get("/many"), "a", many.toArray(String[]::new));
        answer(get("/long"), "a", "cache-control", FRESH, "x-long", "a".repeat(50_000));
        answer(get("/name"), "a", "cache-control", FRESH, "x y", "a");
        answer(get("/value"), "a", "cache-control", FRESH, "x", "a\u0001");
        answer(get("/host"), "a", "cache-control", FRESH, "host", "evil");

        assertThat(stored("/many", "/long", "/name", "/value", "/host")).containsExactly("/host");
    }
}

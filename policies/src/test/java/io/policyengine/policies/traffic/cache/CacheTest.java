package io.policyengine.policies.traffic.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.Instructions;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.ResponseContext;
import io.policyengine.core.policy.ResponseOutcome;
import io.policyengine.core.store.StoreException;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The answers that are stored and given, and their bounds. */
final class CacheTest extends CacheFixture {
    private ChunkFilter<ChunkOutcome> streamed(Sent sent, String... headers) {
        ResponseContext context = context(sent, null, 200, headers);
        policy().onResponse(context);
        return policy().responseChunks(context);
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
    void aBodyThatEndsEarlyIsNotStored() {
        ChunkFilter<ChunkOutcome> chunks = streamed(get("/"), "cache-control", FRESH);
        chunks.onChunk(Buffer.buffer("abc"), false);
        chunks.brokenOff();
        chunks.onChunk(Buffer.buffer("def"), true);
        chunks.close();

        assertThat(get("/").isForwarded()).isTrue();
    }

    @Test
    void aBodyWhoseLengthAnEarlierEntryChangesIsStored() {
        ChunkFilter<ChunkOutcome> chunks = streamed(get("/"), "cache-control", FRESH, "content-length", "6");
        chunks.onChunk(Buffer.buffer("abc"), true);
        chunks.close();

        assertThat(get("/").body()).isEqualTo("abc");
    }

    @Test
    void aWholeBodyOfAnotherLengthThanItSaysIsNotStored() {
        answer(get("/"), "abc", "cache-control", FRESH, "content-length", "6");

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

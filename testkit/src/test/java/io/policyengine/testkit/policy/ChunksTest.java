package io.policyengine.testkit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies in chunks: PolicyTester, PolicyCases and ChunkProperty. */
final class ChunksTest {
    private static final StarsFactory FACTORY = new StarsFactory();

    private static PolicyTester tester(String does) {
        return PolicyTester.of(FACTORY, "{ does: " + does + " }");
    }

    private static List<Buffer> chunks(String... texts) {
        return Stream.of(texts).map(Buffer::buffer).toList();
    }

    private static RequestChunkRun request(String does, String... texts) {
        return tester(does).requestChunks(TestMessages.get("/"), chunks(texts));
    }

    private static ResponseChunkRun response(String does, String... texts) {
        RequestRun before = tester("forgets").request(TestMessages.get("/"));
        return tester(does).responseChunks(TestMessages.response(200), before, chunks(texts));
    }

    @TestFactory
    List<DynamicTest> runsTheCasesOfTheFolder() {
        return PolicyCases.of(FACTORY);
    }

    @TestFactory
    List<DynamicTest> runsTheirStepsWithOtherCuts() {
        return PolicyCases.ofChunks(FACTORY);
    }

    @Test
    void tellsWhatWentOnOfEachChunk() {
        assertThat(request("well", "1a", "b2", "", "ab").chunks()).isEqualTo(chunks("1", "*2", "", "*"));
        assertThat(response("well", "1a", "b2a").chunks()).isEqualTo(chunks("1", "*2a"));
        assertThat(response("well", "1a", "b2a").joined()).hasToString("1*2a");
        assertThat(response("drops", "1", "22", "3").chunks()).isEqualTo(chunks("1", "", "3"));
        assertThat(request("well").chunks()).isEqualTo(chunks(""));
    }

    @Test
    void stopsWhereThePolicyEndsTheBodyOrAnswers() {
        assertThat(request("ends", "1", "2.3", "4").chunks()).isEqualTo(chunks("1", "2"));
        assertThat(request("refuses", "1", "x", "2").denial().status()).isEqualTo(400);
        assertThat(request("refuses", "1", "x", "2").chunks()).isEqualTo(chunks("1"));
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> request("refuses", "1").denial())
                .withMessageContaining("let the request pass");
    }

    @Test
    void asksNoMoreWhereTheHeadersDecided() {
        assertThat(request("sets", "1", "ab").chunks()).isEqualTo(chunks("set"));
        assertThat(response("sets", "1", "ab").chunks()).isEqualTo(chunks("set"));
        assertThat(request("skips", "1", "ab").chunks()).isEqualTo(chunks("1", "ab"));
        assertThat(response("skips", "1", "ab").chunks()).isEqualTo(chunks("1", "ab"));
    }

    @Test
    void passesChunksByAPolicyThatDoesNotLookAtThem() {
        var tester = PolicyTester.of(new EchoFactory(), "{ name: X-A }");

        assertThat(tester.requestChunks(TestMessages.get("/"), chunks("1", "2")).chunks())
                .isEqualTo(chunks("1", "2"));
    }

    @ParameterizedTest
    @CsvSource({"holds_last, holds bytes back", "changes, changed the chunk", "hangs, not decided"})
    void findsFiltersThatBreakTheContract(String does, String says) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> request(does, "a"))
                .withMessageContaining(says);
    }

    @Test
    void closesEachFilter() {
        int open = StarsFactory.OPEN.get();

        request("well", "ab");
        response("ends", ".", "ab");
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> request("hangs", "ab"));

        assertThat(StarsFactory.OPEN.get()).isEqualTo(open);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "ab", "1ab2aab", ".", "ab.ab", "x", "abx"})
    void holdsForAPolicyThatDoesNotCareAboutCuts(String body) {
        for (String does : List.of("well", "ends", "refuses", "sets")) {
            assertThatCode(() -> holds(does, body)).as(does).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @CsvSource({"forgets, 1ab", "drops, 1234", "holds_last, 1a"})
    void doesNotHoldForOneThatCares(String does, String body) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> holds(does, body));
    }

    @Test
    void namesTheChunksWhereItDoesNotHold() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() ->
                        ChunkProperty.holds(FACTORY, "{ does: forgets }", TestMessages.get("/"), Buffer.buffer("ab")))
                .withMessageContaining("chunks of [1, 1] bytes");
    }

    @Test
    void comparesWithTheCompleteBody() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() ->
                        ChunkProperty.holds(FACTORY, "{ does: drops }", TestMessages.get("/"), Buffer.buffer("ab")))
                .withMessageContaining("the complete body");
    }

    @Test
    void isNoQuestionForAPolicyThatTakesNoChunks() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() ->
                        ChunkProperty.holds(FACTORY, "{ buffered: true }", TestMessages.get("/"), Buffer.buffer("ab")))
                .withMessageContaining("takes no chunks");
    }

    private static void holds(String does, String body) {
        String params = "{ does: " + does + " }";
        ChunkProperty.holds(FACTORY, params, TestMessages.get("/"), Buffer.buffer(body));
        ChunkProperty.holds(FACTORY, params, TestMessages.response(200), Buffer.buffer(body));
    }
}

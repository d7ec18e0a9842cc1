package io.policyengine.core.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.ExchangeEnd;
import io.vertx.core.buffer.Buffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SPEC §2, a denial is a denial: what cannot be sent of it is left out, else the engine's own 403 is sent. */
class SendableResponseTest {
    private static final int MAX_BODY = 100;

    @Test
    void isTheSameWhereEverythingCanBeSent() {
        ImmediateResponse response = response(
                        403, HeaderMap.of("x-reason", "no", "content-type", "text/plain"), "denied")
                .withCode("KEY_REVOKED");

        SendableResponse sendable = SendableResponse.legal(response, MAX_BODY);

        assertThat(sendable.response()).isSameAs(response);
        assertThat(sendable.leftOut()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "x-reason, 'a\nb'",
        "bad name, x",
        ":status, 200",
        "content-length, 3",
        "host, a",
        "transfer-encoding, chunked"
    })
    void leavesOutAFieldThatIsIllegal(String name, String value) {
        ImmediateResponse response = response(403, HeaderMap.of("x-good", "1", name, value), "denied");

        SendableResponse sendable = SendableResponse.legal(response, MAX_BODY);

        assertThat(sendable.response().headers()).isEqualTo(HeaderMap.of("x-good", "1"));
        assertThat(sendable.response().status()).isEqualTo(403);
        assertThat(sendable.response().body()).isEqualTo(response.body());
        assertThat(sendable.leftOut()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 100, 199, 600, 1000})
    void replacesAStatusThatIsNoneByTheEnginesOwnDenial(int status) {
        SendableResponse sendable =
                SendableResponse.legal(response(status, HeaderMap.of("x-secret", "1"), "denied"), MAX_BODY);

        assertThat(sendable.response().status()).isEqualTo(403);
        assertThat(sendable.response().headers().contains("x-secret")).isFalse();
        assertThat(sendable.response().body().toString()).contains("\"code\": \"POLICY_DENIED\"");
        assertThat(sendable.response().reason()).isEqualTo("why");
        assertThat(sendable.leftOut()).hasSize(1);
    }

    @Test
    void aDenialAlwaysHasACodeAndAnyOtherAnswerItsOwn() {
        ImmediateResponse denial = response(403, HeaderMap.empty(), "denied");
        ImmediateResponse answer = response(200, HeaderMap.empty(), "kept");

        assertThat(SendableResponse.legal(denial.withCode("KEY_REVOKED"), MAX_BODY)
                        .response()
                        .code())
                .isEqualTo("KEY_REVOKED");
        assertThat(SendableResponse.legal(denial, MAX_BODY).response().code()).isEqualTo("POLICY_DENIED");
        assertThat(SendableResponse.legal(answer, MAX_BODY).response().code()).isNull();
        assertThat(SendableResponse.legal(response(700, HeaderMap.empty(), "").withCode("KEY_REVOKED"), MAX_BODY)
                        .response()
                        .body()
                        .toString())
                .isEqualTo("{\"error\": \"Access is denied\", \"code\": \"KEY_REVOKED\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lower_case", "WITH SPACE", "LINE\nBREAK", "QUOTE\"", "Ä", "\u0000"})
    void anIllegalCodeCountsAsNone(String code) {
        assertThat(response(403, HeaderMap.empty(), "").withCode(code).code()).isNull();
        assertThat(response(403, HeaderMap.empty(), "").withCode("A".repeat(65)).code())
                .isNull();
        assertThat(response(403, HeaderMap.empty(), "").withCode("A".repeat(64)).code())
                .hasSize(64);
        assertThat(new ExchangeEnd(1, 403, false, "entry", "why", code, null).code())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "line\nbreak", "quote\"", "brace}", "co:lon", "ä", "\u0000"})
    void anIllegalNameOfARuleCountsAsNone(String rule) {
        assertThat(response(403, HeaderMap.empty(), "").withRule(rule).rule()).isNull();
        assertThat(response(403, HeaderMap.empty(), "").withRule("a".repeat(65)).rule())
                .isNull();
        assertThat(new ExchangeEnd(1, 403, false, "entry", "why", null, rule).rule())
                .isNull();
    }

    @Test
    void keepsTheNameOfTheRuleThatDenies() {
        ImmediateResponse denial = response(403, HeaderMap.empty(), "x".repeat(MAX_BODY + 1))
                .withRule("a".repeat(61) + "_-.")
                .withCode("KEY_REVOKED")
                .withHeader("x-good", "1")
                .tellingRequestId();

        assertThat(SendableResponse.legal(denial, MAX_BODY).response().rule()).hasSize(64);
        assertThat(SendableResponse.legal(response(700, HeaderMap.empty(), "").withRule("daily"), MAX_BODY)
                        .response()
                        .rule())
                .isEqualTo("daily");
    }

    @Test
    void leavesOutABodyThatIsTooLargeOfADenialOnly() {
        String large = "x".repeat(MAX_BODY + 1);
        HeaderMap headers = HeaderMap.of("content-type", "text/plain", "etag", "e", "x-good", "1");

        SendableResponse denial = SendableResponse.legal(response(404, headers, large), MAX_BODY);
        SendableResponse answer = SendableResponse.legal(response(200, headers, large), MAX_BODY);

        assertThat(denial.response().body().length()).isZero();
        assertThat(denial.response().headers()).isEqualTo(HeaderMap.of("x-good", "1"));
        assertThat(denial.leftOut()).hasSize(1);
        assertThat(answer.response().body().length()).isEqualTo(large.length());
    }

    @Test
    void leavesOutFieldsBeyondTheBoundsOfASenderAndKeepsTheFirst() {
        HeaderMap.Builder many = HeaderMap.builder(101);
        IntStream.range(0, 101).forEach(i -> many.append("x-" + i, "1"));
        ImmediateResponse response = response(403, many.build(), "denied");

        SendableResponse few = SendableResponse.legal(response, MAX_BODY).fitting((_, _) -> null, 100, 60_000);
        SendableResponse small = SendableResponse.legal(response, MAX_BODY).fitting((_, _) -> null, 1_000, 40);

        assertThat(few.response().headers().size()).isEqualTo(100);
        assertThat(few.response().headers().contains("x-100")).isFalse();
        assertThat(few.leftOut()).hasSize(1);
        assertThat(small.response().headers().octets()).isLessThanOrEqualTo(40);
    }

    @Test
    void leavesNothingOutOfAnAnswerThatIsNoDenial() {
        HeaderMap.Builder many = HeaderMap.builder(101);
        IntStream.range(0, 101).forEach(i -> many.append("x-" + i, "1"));
        ImmediateResponse illegal = response(200, HeaderMap.of("x-good", "1", "x-bad", "a\nb"), "kept");
        ImmediateResponse numerous = response(204, many.build(), "");

        assertThat(SendableResponse.legal(illegal, MAX_BODY).response()).isSameAs(illegal);
        assertThat(SendableResponse.legal(illegal, MAX_BODY).fault()).contains("x-bad");
        SendableResponse few = SendableResponse.legal(numerous, MAX_BODY).fitting((_, _) -> null, 100, 60_000);
        assertThat(few.response()).isSameAs(numerous);
        assertThat(few.fault()).contains("101 header fields");
        assertThat(SendableResponse.legal(response(302, HeaderMap.of("location", "/"), ""), MAX_BODY)
                        .fault())
                .isNull();
    }

    @Test
    void aDenialCanAlwaysBeSent() {
        for (int status : new int[] {100, 400, 503, 600}) {
            ImmediateResponse denial = response(status, HeaderMap.of("x-bad", "a\nb"), "denied");

            assertThat(SendableResponse.legal(denial, MAX_BODY).fault()).isNull();
        }
    }

    @Test
    void listsFewReasonsForManyFields() {
        HeaderMap.Builder many = HeaderMap.builder(500);
        IntStream.range(0, 500).forEach(i -> many.append("x-" + i, "a\nb"));

        SendableResponse sendable = SendableResponse.legal(response(403, many.build(), "denied"), MAX_BODY);

        assertThat(sendable.response().headers().size()).isZero();
        assertThat(sendable.leftOut()).hasSizeLessThan(10);
    }

    @Test
    void aSecondRuleHoldsAlsoWhereTheFirstHasGivenAllReasons() {
        HeaderMap.Builder many = HeaderMap.builder(20).append("x-forbidden", "1");
        IntStream.range(0, 10).forEach(i -> many.append("x-" + i, "a\nb"));

        SendableResponse sendable = SendableResponse.legal(response(403, many.build(), "denied"), MAX_BODY)
                .fitting((name, _) -> name.equals("x-forbidden") ? "not here" : null, 100, 60_000);

        assertThat(sendable.response().headers().size()).isZero();
    }

    private static ImmediateResponse response(int status, HeaderMap headers, String body) {
        return new ImmediateResponse(status, headers, Buffer.buffer(body), "why");
    }
}

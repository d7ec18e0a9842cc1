package io.policyengine.policies.traffic.cache.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.policies.traffic.shared.cachecontrol.CacheDirectives;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RulesTest {
    private static CacheDirectives directives(String... values) {
        return CacheDirectives.parse(List.of(values));
    }

    @Test
    void directivesAreReadWhateverTheirForm() {
        assertThat(directives("MAX-AGE=5").seconds("max-age")).isEqualTo(5);
        assertThat(directives("max-age=\"5\"").seconds("max-age")).isEqualTo(5);
        assertThat(directives(" , ,max-age = 5 ,").seconds("max-age")).isEqualTo(5);
        assertThat(directives("a=\"x, no-store\", b").has("no-store")).isFalse();
        assertThat(directives("a=\"\\\", no-store\"").has("no-store")).isFalse();
        assertThat(directives("public").seconds("max-age")).isEqualTo(CacheDirectives.ABSENT);
    }

    @Test
    void theCarefulReadingOfDirectivesCounts() {
        assertThat(directives("max-age=5", "max-age=9").seconds("max-age")).isEqualTo(5);
        assertThat(directives("max-age=x").seconds("max-age")).isZero();
        assertThat(directives("max-age").seconds("max-age")).isZero();
        assertThat(directives("max-age=1.5").seconds("max-age")).isZero();
        assertThat(directives("max-age=99999999999999999999").seconds("max-age"))
                .isEqualTo(1L << 31);
        assertThat(directives("a=\"x, no-store").has("no-store")).isTrue();
        assertThat(directives("private; max-age=60").has("private")).isTrue();
        assertThat(directives("max-age=60;no-store").has("no-store")).isTrue();
        assertThat(directives("a=\"x; no-store\"").has("no-store")).isFalse();
    }

    @Test
    void datesHaveThreeFormsAndNoOther() {
        long date = 784_111_777_000L;
        for (String text : List.of(
                "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994")) {
            assertThat(HttpDate.of(HeaderMap.of("date", text), "date")).isEqualTo(date);
        }
        for (String text :
                List.of("", "0", "-1", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:49:37", "yesterday")) {
            assertThat(HttpDate.of(HeaderMap.of("date", text), "date")).isEqualTo(HttpDate.INVALID);
        }
        assertThat(HttpDate.of(HeaderMap.empty(), "date")).isEqualTo(HttpDate.ABSENT);
        assertThat(HttpDate.format(date)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void varyHasABound() {
        String sixteen = IntStream.range(0, 16).mapToObj(i -> "X-" + i).collect(Collectors.joining(", "));

        assertThat(Vary.namesIn(HeaderMap.of("vary", sixteen))).hasSize(16);
        assertThat(Vary.namesIn(HeaderMap.of("vary", sixteen + ", X-16"))).isNull();
        assertThat(Vary.namesIn(HeaderMap.of("vary", "b, A", "vary", "Accept-Encoding,a")))
                .containsExactly("a", "b");
    }

    @Test
    void aRangeIsReadOrThereIsNone() {
        assertThat(range("bytes=0-0")).isEqualTo(new ByteRange(0, 1));
        assertThat(range("bytes=5-999999999999")).isEqualTo(new ByteRange(5, 10));
        assertThat(range("Bytes=-20")).isEqualTo(new ByteRange(0, 10));
        assertThat(range("bytes=-0").isUnsatisfiable()).isTrue();
        assertThat(range("bytes=10-").isUnsatisfiable()).isTrue();
        for (String none : List.of(
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=1",
                "lines=1-2",
                "bytes=1-2,3-4",
                "bytes=--1",
                "bytes=1-99999999999999999999")) {
            assertThat(ByteRange.of(HeaderMap.of("range", none), 10)).as(none).isNull();
        }
        assertThat(ByteRange.of(HeaderMap.of("range", "bytes=0-1", "range", "bytes=2-3"), 10))
                .isNull();
    }

    private static ByteRange range(String value) {
        return Objects.requireNonNull(ByteRange.of(HeaderMap.of("range", value), 10), value);
    }

    @Test
    void tagsCompareWeaklyForConditionsAndStronglyForRanges() {
        HeaderMap answer = HeaderMap.of("etag", "W/\"a\"");

        assertThat(Preconditions.notModified(HeaderMap.of("if-none-match", "\"a\""), answer))
                .isTrue();
        assertThat(Preconditions.notModified(HeaderMap.of("if-none-match", "\"x\", W/\"a\""), answer))
                .isTrue();
        assertThat(Preconditions.notModified(HeaderMap.of("if-none-match", "a"), answer))
                .isFalse();
        assertThat(Preconditions.notModified(HeaderMap.of("if-none-match", "\"a"), answer))
                .isFalse();
        assertThat(Preconditions.isRangeOf(HeaderMap.of("if-range", "W/\"a\""), answer))
                .isFalse();
        assertThat(Preconditions.isRangeOf(HeaderMap.of("if-range", "\"a\""), answer))
                .isFalse();
    }

    @Test
    void theAgeIsTheGreatestThatMayBeTrue() {
        long now = 784_111_777_000L;

        assertThat(Freshness.initialAge(HeaderMap.empty(), 0, now)).isZero();
        assertThat(Freshness.initialAge(HeaderMap.of("age", "5"), 1500, now)).isEqualTo(6);
        assertThat(Freshness.initialAge(HeaderMap.of("date", HttpDate.format(now - 9000), "age", "5"), 0, now))
                .isEqualTo(9);
        assertThat(Freshness.initialAge(HeaderMap.of("date", HttpDate.format(now + 9000)), 0, now))
                .isZero();
        for (String none : List.of("-5", "x", "1.5", "0, 0", "0;a=b", "")) {
            assertThat(Freshness.initialAge(HeaderMap.of("age", none), 0, now))
                    .as(none)
                    .isEqualTo(1L << 31);
        }
        assertThat(Freshness.initialAge(HeaderMap.of("age", "0", "age", "0"), 0, now))
                .isEqualTo(1L << 31);
    }
}

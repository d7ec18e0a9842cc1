package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The media types that a message may have. */
class MediaTypesTest {
    private static MediaTypes of(String... values) {
        HeaderMap.Builder headers = HeaderMap.builder(4);
        for (String value : values) {
            headers.append("Content-Type", value);
        }
        return MediaTypes.of(headers.build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "text/plain | text/plain",
                "Text/PLAIN;charset=utf-8 | text/plain",
                "text/plain ; charset=\"a;b,c/d\\\"e\" | text/plain",
                "text/plain; | text/plain",
                "multipart/form-data; boundary=--=a/b:c?d(e) | multipart/form-data"
            })
    void oneThatIsWellFormedIsClear(String value, String type) {
        assertThat(of(value).stated()).containsExactly(type);
        assertThat(of(value).unclear()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "text",
                "text/",
                "/plain",
                "text/plain/x",
                "text /plain",
                "text/plain,",
                ",text/plain",
                "text/plain; application/json",
                "text/plain; a=\"b",
                "text/plain; =b",
                "text/plain; a=b c",
                "text/plain application/json",
                "text/plain; a=\"b\"c",
                "text/plain\u00a0",
                "text/plain; a=b\u0001"
            })
    void oneThatIsMalformedMayBeAny(String value) {
        assertThat(of(value).unclear()).isTrue();
        assertThat(of(value).mayBe(type -> type.equals("application/json"))).isTrue();
    }

    @Test
    void ofSeveralEachMayCount() {
        assertThat(of("a/b", "c/d").stated()).containsExactlyInAnyOrder("a/b", "c/d");
        assertThat(of("a/b;x=\"1,2\", C/D").stated()).containsExactlyInAnyOrder("a/b", "c/d");
        assertThat(of("a/b, c/d").unclear()).isFalse();
        assertThat(of("a/b, c/d").mayBe(type -> type.equals("c/d"))).isTrue();
        assertThat(of("a/b, c/d").mayBe(type -> type.equals("e/f"))).isFalse();
        assertThat(of("a/b", "nonsense").unclear()).isTrue();
    }

    @Test
    void aFieldWithAnotherCharacterForTheDashCountsToo() {
        MediaTypes types = MediaTypes.of(HeaderMap.of(
                "Content-Type", "a/b", "Content_Type", "c/d", "content.type", "e/f", "content0type", "g/h"));

        assertThat(types.stated()).containsExactlyInAnyOrder("a/b", "c/d", "e/f");
    }

    @Test
    void eachCharsetCounts() {
        assertThat(MediaTypes.charsetsOf(HeaderMap.of("content-type", "text/xml")))
                .isEmpty();
        assertThat(MediaTypes.charsetsOf(HeaderMap.of("content-type", "text/xml; Charset=\"UTF-8\"")))
                .containsExactly("utf-8");
        assertThat(MediaTypes.charsetsOf(HeaderMap.of("content-type", "a/b;charset=x;charset='y', c/d;charset=z")))
                .containsExactly("x", "y", "z");
        assertThat(MediaTypes.charsetsOf(HeaderMap.of("content_type", "text/xml; charset=utf-16")))
                .containsExactly("utf-16");
    }

    @Test
    void withoutAFieldItMayBeAny() {
        assertThat(of().unclear()).isTrue();
    }
}

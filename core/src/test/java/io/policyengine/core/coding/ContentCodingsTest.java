package io.policyengine.core.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentCodingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip               | gzip",
                "GZip               | gzip",
                "x-gzip             | gzip",
                "'gzip,br'          | gzip, br",
                "' zstd\t, ,DEFLATE'| zstd, deflate",
                "identity, br       | br",
                "lzma               | lzma",
            })
    void readsTheField(String field, String codings) {
        assertThat(ContentCodings.of(List.of(field))).hasToString(codings);
    }

    @Test
    void joinsAllValuesOfTheField() {
        assertThat(ContentCodings.of(List.of("gzip", "br, zstd"))).hasToString("gzip, br, zstd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "identity", "Identity, identity"})
    void takesBlanksAndIdentityForNoCoding(String field) {
        ContentCodings codings = ContentCodings.of(List.of(field));

        assertThat(codings.isIdentity()).isTrue();
        assertThat(codings.isSupported()).isTrue();
        assertThat(codings).hasToString("");
    }

    @Test
    void takesNoFieldForNoCoding() {
        assertThat(ContentCodings.of(List.of()).isIdentity()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gzip", "deflate", "br", "zstd", "gzip, br", "gzip, deflate, zstd", "gzip, identity, br, zstd"})
    void supportsKnownCodings(String field) {
        ContentCodings codings = Bodies.codings(field);

        assertThat(codings.isSupported()).isTrue();
        assertThat(codings.unsupportedReason()).isEmpty();
        assertThat(codings.isIdentity()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lzma", "gzip, compress", "gzip;q=1", "gzip br"})
    void saysWhichCodingsAreKnown(String field) {
        ContentCodings codings = Bodies.codings(field);

        assertThat(codings.isSupported()).isFalse();
        assertThat(codings.unsupportedReason()).hasValue("unknown coding, known are gzip, deflate, br, zstd");
        assertThatThrownBy(codings::encoder).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> codings.decoder(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void supportsThreeCodingsOnOneBodyAtMost() {
        ContentCodings codings = Bodies.codings("gzip, gzip, gzip, gzip");

        assertThat(codings.isSupported()).isFalse();
        assertThat(codings.unsupportedReason()).hasValue("4 codings on one body, at most 3 are decoded");
    }

    @Test
    void refusesANegativeLimit() {
        assertThatThrownBy(() -> Bodies.codings("gzip").decoder(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void passesABodyWithoutCoding() throws CodingException {
        assertThat(Bodies.decode("", Bodies.text("as it is"))).isEqualTo(Bodies.text("as it is"));
        assertThat(Bodies.encode("", Bodies.text("as it is"))).isEqualTo(Bodies.text("as it is"));
    }

    @Test
    void limitsABodyWithoutCoding() {
        assertThatThrownBy(() -> Bodies.decode("", Buffer.buffer("four"), 3))
                .isInstanceOfSatisfying(
                        CodingException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(CodingException.Kind.TOO_LARGE));
    }

    @Test
    void appliesCodingsInTheirOrder() throws CodingException {
        Buffer body = Bodies.encode("gzip, br", Bodies.seq());

        Buffer opened = Bodies.decode("br", body);

        assertThat(Bodies.decode("gzip", opened)).isEqualTo(Bodies.seq());
    }

    @Test
    void findsItsLibraries() {
        assertThat(ContentCodings.loadLibrariesBlocking()).isEmpty();
    }

    @Test
    void tellsTheWindowOfABodyByItsBegin() {
        int state = 3 << 20;

        assertThat(before("br", 0)).isEqualTo(state + (64 << 10));
        assertThat(before("br", 0x0F)).isEqualTo(state + (16 << 20));
        assertThat(before("br", 0x21)).isEqualTo(state + (1 << 10));
        assertThat(before("zstd", 0)).isEqualTo((512 << 10) + (8 << 20));
        assertThat(before("zstd, br", 0)).isEqualTo(before("zstd", 0) + before("br", 0));
        assertThat(before("gzip", 0)).isEqualTo(48 << 10);
    }

    /** The native memory that is counted before a body that begins with an octet is opened. */
    private static long before(String field, int octet) {
        try (BodyCoder decoder = Bodies.codings(field).decoder(Bodies.NO_LIMIT)) {
            return decoder.nativeBytesAfter(Buffer.buffer(new byte[] {(byte) octet}));
        }
    }

    @Test
    void onlyWhatHasComeOutFillsAWindow() throws CodingException {
        try (BodyCoder encoder = Bodies.codings("br").encoder();
                BodyCoder decoder = Bodies.codings("br").decoder(Bodies.NO_LIMIT)) {
            decoder.next(encoder.next(Buffer.buffer(new byte[100_000]), false), false);
            assertThat(decoder.nativeBytes()).isEqualTo((3 << 20) + 100_000);

            decoder.next(encoder.next(Buffer.buffer(), true), false);
            assertThat(decoder.nativeBytes()).as("once the coding has ended").isZero();
        }
    }
}

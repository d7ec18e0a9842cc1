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
        assertThat(codings.unsupportedReason()).hasValue("4 codings on one body, at most 3 are opened");
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
    void tellsTheWindowOfABodyByItsBegin() throws CodingException {
        Buffer br = Bodies.encode("br", Buffer.buffer(new byte[300_000]));

        assertThat(Bodies.codings("br").windowOf(br)).isEqualTo(256 << 10);
        assertThat(Bodies.codings("br").windowOf(Buffer.buffer(new byte[] {0}))).isEqualTo(64 << 10);
        assertThat(Bodies.codings("br").windowOf(Buffer.buffer(new byte[] {0x0F})))
                .isEqualTo(16 << 20);
        assertThat(Bodies.codings("br").windowOf(Buffer.buffer(new byte[] {0x21})))
                .isEqualTo(1 << 10);
        assertThat(Bodies.codings("zstd").windowOf(br)).isEqualTo(8 << 20);
        assertThat(Bodies.codings("zstd, br").windowOf(br)).isEqualTo((8 << 20) + (256 << 10));
        assertThat(Bodies.codings("gzip").windowOf(br)).isZero();
    }
}

package io.policyengine.policies.format.utf8;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in each encoding, cut after each number of bytes. */
class Utf8TextTest {
    private static void becomes(byte[] bytes, String expected) {
        for (int piece = 1; piece <= bytes.length; piece++) {
            Utf8Text text = new Utf8Text();
            StringBuilder got = new StringBuilder();
            for (int at = 0; at < bytes.length; at += piece) {
                byte[] more = text.take(bytes, at, Math.min(bytes.length, at + piece));
                got.append(new String(more, StandardCharsets.ISO_8859_1));
            }
            assertThat(new String(got.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void readsEachEncodingWithAndWithoutAMark(String encoding) {
        Charset charset = Charset.forName(encoding);

        becomes("[\"é€𝄞\"]".getBytes(charset), "[\"é€𝄞\"]");
        becomes("\uFEFF[\"é€𝄞\"]".getBytes(charset), "\uFEFF[\"é€𝄞\"]");
    }

    @Test
    void halfACharacterIsReplaced() {
        byte[] bytes = {'[', 0, '"', 0, 0x34, (byte) 0xD8, 'a', 0, 0x1E, (byte) 0xDD, 'b', 0};

        becomes(bytes, "[\"\uFFFDa\uFFFDb");
    }

    @Test
    void whatIsNoCharacterOfUtf32IsReplaced() {
        byte[] bytes = {0, 0, 0, '[', 0x7F, 0, 0, 0, 0, 0, (byte) 0xD8, 0, (byte) 0xFF, 0, 0, 0, 0, 0, 0, ']'};

        becomes(bytes, "[\uFFFD\uFFFD\uFFFD]");
    }
}

package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.work.StoppedException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonSizeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 1 | 0",
                "[] | 2 | 1",
                "[1,2,3] | 4 | 1",
                "{\"a\":[1,{\"b\":2}]} | 5 | 3",
                "[\"[,[,{\\\",{\",\"\\\\\",[]] | 5 | 2",
                "[[[ | 4 | 3",
            })
    void boundsValuesAndDepth(String text, long values, int depth) {
        JsonSize size = sizeOf(text, StandardCharsets.UTF_8);

        assertThat(size.values()).isEqualTo(values);
        assertThat(size.depth()).isEqualTo(depth);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"})
    void aCharacterThatHasTheByteOfAQuotationMarkHidesNothing(String charset) {
        String values = "1,".repeat(500) + "1";

        assertThat(sizeOf("[\"\u2200\",\"\u0122\"," + values + "]", Charset.forName(charset))
                        .values())
                .isGreaterThanOrEqualTo(504);
    }

    @Test
    void asksWhetherToGoOn() {
        assertThatExceptionOfType(StoppedException.class).isThrownBy(() -> JsonSize.of(new byte[10], true, () -> true));
    }

    private static JsonSize sizeOf(String text, Charset charset) {
        return JsonSize.of(text.getBytes(charset), true, () -> false);
    }
}

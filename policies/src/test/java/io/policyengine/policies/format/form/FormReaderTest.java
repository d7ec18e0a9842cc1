package io.policyengine.policies.format.form;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.policies.format.form.FormReader.Escapes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormReaderTest {
    /** Notes octets, with a colon behind a name and a bar behind a field. */
    private static final class Notes implements FormSink<RuntimeException> {
        private final StringBuilder text = new StringBuilder();

        @Override
        public void octet(int octet, long start, long end) {
            text.append((char) octet);
            assertThat(end - start).isIn(1L, 3L);
        }

        @Override
        public void endName() {
            text.append(':');
        }

        @Override
        public void endField() {
            text.append('|');
        }
    }

    private static String read(Escapes escapes, String form) {
        Notes notes = new Notes();
        FormReader<RuntimeException> reader = new FormReader<>(escapes, notes);
        byte[] octets = form.getBytes(StandardCharsets.UTF_8);
        try {
            for (int i = 0; i < octets.length; i++) {
                reader.take(octets[i] & 0xFF, i, i + 1);
            }
            reader.end();
        } catch (FormFault fault) {
            return "refused";
        }
        return notes.text.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "a=1&b=2, a:1|b:2|",
        "a=1=2&&b, a:1=2||b|",
        "=&a=, :|a:|",
        "a+b=%2b+%26%3D, a b:+ &=|",
        "%61%3d=%C3%bc, a=:\u00C3\u00BC|",
        "a;b=1;c=2, a;b:1;c=2|",
        "%2561=1, %61:1|"
    })
    void fieldsAreThoseOfTheUrlStandard(String form, String fields) {
        assertThat(read(Escapes.STRICT, form)).isEqualTo(fields);
        assertThat(read(Escapes.LENIENT, form)).isEqualTo(fields);
    }

    @ParameterizedTest
    @CsvSource({
        "a=%, a:%|",
        "a=%6, a:%6|",
        "a=%6x&b, a:%6x|b|",
        "a=%%61, a:%a|",
        "%=&%3=, %:|%3:|",
        "a=%u0061, a:%u0061|",
        "a=%6%61, a:%6a|"
    })
    void aPercentSignThatBeginsNoEscapeStandsForItselfWhereItIsNoFault(String form, String fields) {
        assertThat(read(Escapes.STRICT, form)).isEqualTo("refused");
        assertThat(read(Escapes.LENIENT, form)).isEqualTo(fields);
    }

    @Test
    void anEscapeIsUndecidedUntilItIsWhole() throws FormFault {
        FormReader<RuntimeException> reader = new FormReader<>(Escapes.LENIENT, new Notes());

        reader.take('%', 7, 8);
        reader.take('6', 8, 9);

        assertThat(reader.undecidedFrom()).isEqualTo(7);
        reader.take('1', 9, 10);
        assertThat(reader.undecidedFrom()).isEqualTo(Long.MAX_VALUE);
    }
}

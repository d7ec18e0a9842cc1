package io.policyengine.policies.format.structuredfields;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StructuredFieldsTest {
    /** Examples of RFC 9651 §3, and what §4.1 makes of them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "42|42",
                "-0|0",
                "-999999999999999|-999999999999999",
                "4.50|4.5",
                "-1.000|-1.0",
                "0.125|0.125",
                "\"a \\\"b\\\" \\\\\"|\"a \\\"b\\\" \\\\\"",
                "foo123/456|foo123/456",
                "*a:b|*a:b",
                ":cHJldGVuZCB0aGlz:|:cHJldGVuZCB0aGlz:",
                "::|::",
                "?1|?1",
                "?0|?0",
                "@1659578233|@1659578233",
                "@-1|@-1",
                "%\"f%c3%bc%22\"|%\"f%c3%bc%22\"",
                "a;b;c=1;  d=?0|a;b;c=1;d=?0",
                "a;b=1;b=2|a;b=2",
                "  a  |a",
            })
    void readsItemsAndWritesThemInTheOneWayThereIs(String text, String canonical) throws Exception {
        Item item = StructuredFields.item(List.of(text));

        assertThat(item.serialize()).isEqualTo(canonical);
        assertThat(StructuredFields.item(List.of(canonical))).isEqualTo(item);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a,b",
                "1000000000000000",
                "1.",
                "1.1234",
                "1234567890123.1",
                ".5",
                "-",
                "--1",
                "+1",
                "\"a",
                "\"a\\b\"",
                "\"\u00e9\"",
                "\"a\tb\"",
                ":YQ:",
                ":YQ==",
                ":YR==:",
                ":Y-E=:",
                ":YQ==\n:",
                "?",
                "?2",
                "?true",
                "@1.5",
                "@",
                "%\"%C3%BC\"",
                "%\"%ff\"",
                "%a",
                "%\"a",
                "a;",
                "a;B",
                "a;1",
                "a ;b",
                "Ü",
                "\ta",
                "a\t",
                "(a)",
                "{}",
                "a;b=",
                "'a'"
            })
    void refusesWhatIsNoItem(String text) {
        assertThatExceptionOfType(MalformedFieldException.class)
                .isThrownBy(() -> StructuredFields.item(List.of(text)))
                .withMessageContaining("at character");
    }

    @Test
    void readsListsWithInnerListsOverSeveralFields() throws Exception {
        List<Member> list = StructuredFields.list(List.of("a,  (b;x  c);y=1 ,", "\"d\"").stream()
                .map(text -> text.endsWith(",") ? text.substring(0, text.length() - 1) : text)
                .toList());

        assertThat(list.stream().map(Member::serialize)).containsExactly("a", "(b;x c);y=1", "\"d\"");
        assertThat(StructuredFields.list(List.of(""))).isEmpty();
        assertThat(StructuredFields.list(List.of("()"))).containsExactly(new InnerList(List.of(), Parameters.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,", ",a", "a,,b", "(a", "(a,b)", "(a)b", "((a))", "(\"a\"\"b\")", "a (b)"})
    void refusesWhatIsNoList(String text) {
        assertThatExceptionOfType(MalformedFieldException.class).isThrownBy(() -> StructuredFields.list(List.of(text)));
    }

    @Test
    void readsDictionariesOfWhichTheLastOfEqualKeysCounts() throws Exception {
        var dictionary = StructuredFields.dictionary(List.of("a=1, b;x, c=(d e);f", "a=?0, g"));

        assertThat(StructuredFields.serialize(dictionary)).isEqualTo("b;x, c=(d e);f, a=?0, g");
        assertThat(StructuredFields.dictionary(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"A=1", "a=", "a=1,", "=1", "a=1 b=2", "a==1", "\"a\"=1", "a=1;", "1=a", "a =1"})
    void refusesWhatIsNoDictionary(String text) {
        assertThatExceptionOfType(MalformedFieldException.class)
                .isThrownBy(() -> StructuredFields.dictionary(List.of(text)));
    }

    @Test
    void refusesWhatIsTooLongBeforeItReads() {
        assertThatExceptionOfType(MalformedFieldException.class)
                .isThrownBy(() -> StructuredFields.item(List.of("a".repeat(StructuredFields.MAX_LENGTH + 1))))
                .withMessageContaining("more than 16384");
    }

    @Test
    void whateverIsReadIsWrittenSoThatItIsReadAgain() {
        Random random = new Random(7);
        String alphabet = "ab1-.\"\\:;=,()?@%* \tYQ=_";
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(10); length >= 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                var dictionary = StructuredFields.dictionary(List.of(text.toString()));
                assertThat(StructuredFields.dictionary(List.of(StructuredFields.serialize(dictionary))))
                        .isEqualTo(dictionary);
                read++;
            } catch (MalformedFieldException malformed) {
                assertThat(malformed.getStackTrace()).isEmpty();
            }
        }
        assertThat(read).isGreaterThan(1000);
    }
}

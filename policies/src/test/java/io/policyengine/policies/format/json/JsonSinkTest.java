package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sink receives the same of a text however it is cut, as octets or as characters; a lenient reader lets pass what it says, and no more. */
class JsonSinkTest {
    private static final int MAX = Integer.MAX_VALUE;
    private static final JsonLimits STRICT = new JsonLimits(500, MAX, MAX, MAX, MAX, MAX, false);
    private static final JsonLimits DUPLICATES = new JsonLimits(500, MAX, MAX, MAX, MAX, MAX, true);

    /** Writes down what it receives, with its places. */
    private static final class Notes implements JsonSink<RuntimeException> {
        private final StringBuilder notes = new StringBuilder();

        @Override
        public void open(boolean isObject, long start) {
            notes.append(isObject ? '{' : '[').append(start).append(' ');
        }

        @Override
        public void close(long end) {
            notes.append(']').append(end).append(' ');
        }

        @Override
        public void comma() {
            notes.append(", ");
        }

        @Override
        public void beginName(long start, long end) {
            notes.append("name@").append(start).append('-').append(end).append(' ');
        }

        @Override
        public void beginString(long start, long end) {
            notes.append("string@").append(start).append('-').append(end).append(' ');
        }

        @Override
        public void character(int codePoint, long start, long end) {
            notes.append(Integer.toHexString(codePoint))
                    .append('@')
                    .append(start)
                    .append('-')
                    .append(end)
                    .append(' ');
        }

        @Override
        public void endName(long end) {
            notes.append("name.").append(end).append(' ');
        }

        @Override
        public void endString(long end) {
            notes.append("string.").append(end).append(' ');
        }

        @Override
        public void digit(int character, long start) {
            notes.append((char) character).append('@').append(start).append(' ');
        }

        @Override
        public void endNumber(long end) {
            notes.append("number.").append(end).append(' ');
        }

        @Override
        public void literal(char first, long end) {
            notes.append(first).append('.').append(end).append(' ');
        }
    }

    private static String notes(byte[] text, Random cuts) throws JsonFault {
        Notes notes = new Notes();
        JsonReader<RuntimeException> reader = new JsonReader<>(STRICT, notes);
        int at = 0;
        while (at < text.length) {
            int end = Math.min(text.length, at + cuts.nextInt(9));
            reader.take(text, at, end);
            at = end;
        }
        reader.end();
        return notes.notes.toString();
    }

    private static String notesOfCharacters(String text) throws JsonFault {
        Notes notes = new Notes();
        JsonReader<RuntimeException> reader = new JsonReader<>(STRICT, notes);
        long at = 0;
        for (int codePoint : text.codePoints().toArray()) {
            long end = at + Character.toString(codePoint).getBytes(StandardCharsets.UTF_8).length;
            reader.take(codePoint, at, end);
            at = end;
        }
        reader.end();
        return notes.notes.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1}|{0 name@1-2 61@2-3 name.4 1@5 number.6 ]7",
                "[true,null]|[0 t.5 , n.10 ]11",
                "[\"\\u0061\"]|[0 string@1-2 61@2-8 string.9 ]10",
                "[\"\\ud83d\\ude00é\"]|[0 string@1-2 1f600@2-14 e9@14-16 string.17 ]18",
                "[\"\\ud83dx\"]|[0 string@1-2 d83d@2-8 78@8-9 string.10 ]11",
                "-1e5|-@0 1@1 e@2 5@3 number.4"
            })
    void receivesWhatThereIsAndWhere(String text, String expected) throws JsonFault {
        assertThat(notes(text.getBytes(StandardCharsets.UTF_8), new Random(1)).strip())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("io.policyengine.policies.format.json.JsonCorpus#bodies")
    void receivesTheSameOfEachCut(JsonCorpus.Named text) throws JsonFault {
        String whole = notesOfCharacters(text.text());

        for (int seed = 0; seed < 5; seed++) {
            assertThat(notes(text.bytes(), new Random(seed))).isEqualTo(whole);
        }
    }

    private static JsonReader<RuntimeException> lenient(JsonLimits limits) {
        return JsonReader.lenient(limits, new Notes());
    }

    private static void read(JsonReader<RuntimeException> reader, String text) throws JsonFault {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        reader.take(octets, 0, octets.length);
        reader.end();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[01]", "[1.]", "[1e]", "[-]", "[1.2.3]", "[1-1]", "[--1]", "[1e5e5]"})
    void aLenientReaderTakesNumbersLoosely(String text) throws JsonFault {
        read(lenient(STRICT), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":2}", "{\"\\ud800\":1}", "{\"\\ud800\":1,\"\\udbff\":2}"})
    void whereNamesMayStandTwiceTheyMayHoldHalvesToo(String text) throws JsonFault {
        read(lenient(DUPLICATES), text);
        read(new JsonReader<>(DUPLICATES, new Notes()), text);
        assertThatExceptionOfType(JsonFault.class).isThrownBy(() -> read(new JsonReader<>(STRICT, new Notes()), text));
    }

    /** Readers replace halves of pairs, and malformed octets, by the same character. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,a:2}", "{\"\\ud800\":1,'\\udbff':2}", "{\"\\x61\":1,\"a\":2}"})
    void aLenientReaderComparesNamesAsReadersSeeThem(String text) {
        assertThatExceptionOfType(JsonFault.class)
                .isThrownBy(() -> read(lenient(STRICT), text))
                .satisfies(fault -> assertThat(fault.kind()).isEqualTo(JsonFault.Kind.DUPLICATE));
    }

    @Test
    void aLenientReaderTakesAllThatAStrictOneTakes() {
        HostileJson.BODIES.forEach((what, body) -> {
            if (isRead(new JsonReader<>(STRICT, new Notes()), body)) {
                assertThat(isRead(lenient(STRICT), body)).as(what).isTrue();
            }
        });
    }

    private static boolean isRead(JsonReader<RuntimeException> reader, byte[] body) {
        try {
            reader.take(body, 0, body.length);
            reader.end();
            return true;
        } catch (JsonFault fault) {
            return false;
        }
    }

    @Test
    void comparesManyNamesOfManyObjects() throws JsonFault {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < 100; i++) {
            text.append("\"n").append(i).append("\":{\"n0\":1,\"n1\":2},");
        }
        read(new JsonReader<>(STRICT, new Notes()), text + "\"last\":{}}");

        for (int i = 0; i < 100; i++) {
            String twice = text + "\"n" + i + "\":{}}";
            assertThatExceptionOfType(JsonFault.class)
                    .isThrownBy(() -> read(new JsonReader<>(STRICT, new Notes()), twice))
                    .satisfies(fault -> assertThat(fault.kind()).isEqualTo(JsonFault.Kind.DUPLICATE));
        }
    }
}

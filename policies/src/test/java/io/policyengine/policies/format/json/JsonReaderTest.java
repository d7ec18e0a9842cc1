package io.policyengine.policies.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A text is judged by its bytes alone, wherever they are cut, and as another reader judges it. */
class JsonReaderTest {
    private static final JsonLimits WIDE = new JsonLimits(500, 10_000, 10_000, 100_000, 10_000, 900, false);
    private static final JsonMapper OTHER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(500).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static JsonFault.@Nullable Kind judge(JsonLimits limits, byte[] text, int... cuts) {
        JsonReader<RuntimeException> scanner = JsonReader.judging(limits);
        try {
            int from = 0;
            for (int cut : cuts) {
                scanner.take(text, from, cut);
                from = cut;
            }
            scanner.take(text, from, text.length);
            scanner.end();
            return null;
        } catch (JsonFault fault) {
            return fault.kind();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "0",
                "-0",
                "1.5e+10",
                "true",
                "false",
                "null",
                "\"\"",
                " [ 1 , 2 ] ",
                "{\"a\":{\"a\":[]}}",
                "\"\\u00e9\\ud83d\\ude00\\n\\/\"",
                "\"é😀\"",
                "[1e5,0.0,-1]",
                "\"\\ud800\"",
                "\t{\r\n}"
            })
    void whatIsJsonPasses(String text) {
        assertThat(judge(WIDE, bytes(text))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "]",
                "}",
                "[}",
                "{]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "[1,]",
                "[,1]",
                "[1 2]",
                "01",
                "-",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e+",
                "0x1",
                "tru",
                "trueX",
                "True",
                "nul",
                "\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\t\"",
                "{} {}",
                "[] 1",
                "NaN",
                "Infinity",
                "'a'",
                "{a:1}",
                "[1]//",
                "/**/1",
                "{\"a\":1 \"b\":2}",
                "--1",
                "1e1.5",
                "\uFEFF{}"
            })
    void whatIsNoneDoesNot(String text) {
        assertThat(judge(WIDE, bytes(text))).isEqualTo(JsonFault.Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22C0A222",
                "22E080A222",
                "22EDA08022",
                "22F4908080",
                "22FF22",
                "2280",
                "22C3",
                "FF FE 7B 00 7D 00",
                "00 7B 00 7D",
                "22C328A122"
            })
    void onlyUtf8InItsShortestFormIsJson(String hex) {
        byte[] text = HexFormat.of().parseHex(hex.replace(" ", ""));
        assertThat(judge(WIDE, text)).isEqualTo(JsonFault.Kind.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[[1]]|",
                "[[[1]]]|DEPTH",
                "{~a~:{~b~:{}}}|DEPTH",
                "{~a~:1,~b~:2}|",
                "{~a~:1,~b~:2,~c~:3}|MEMBERS",
                "[1,2,3]|",
                "[1,2,3,4]|ELEMENTS",
                "~12345~|",
                "~123456~|STRING",
                "~ééé~|STRING",
                "~\\u00e9\\u00e9~|",
                "~\\u00e9\\u00e9\\u00e9~|STRING",
                "~\\ud83d\\ude00a~|",
                "~\\ud83d\\ude00ab~|STRING",
                "{~abc~:1}|",
                "{~abcd~:1}|NAME",
                "{~\\u0061\\u0062\\u0063~:1}|",
                "1234|",
                "12345|NUMBER",
                "1.234|",
                "1.2345|NUMBER",
                "1e123|",
                "1e1234|NUMBER",
                "{~a~:1,~a~:2}|DUPLICATE",
                "{~a~:1,~\\u0061~:2}|DUPLICATE",
                "[{~a~:1},{~a~:1}]|",
                "{~a~:{~a~:1}}|"
            })
    void eachLimitHoldsToTheLastByte(String text, JsonFault.@Nullable Kind expected) {
        JsonLimits narrow = new JsonLimits(2, 2, 3, 5, 3, 4, false);
        assertThat(judge(narrow, bytes(text.replace('~', '"')))).isEqualTo(expected);
    }

    @Test
    void namesMayStandTwiceWhereThatIsAllowed() {
        JsonLimits lax = new JsonLimits(2, 2, 3, 5, 3, 4, true);
        assertThat(judge(lax, bytes("{\"a\":1,\"a\":2}"))).isNull();
    }

    @Test
    void aNameThatStandsTwiceIsFoundAmongManyAndInReopenedObjects() {
        StringBuilder text = new StringBuilder("[{\"n0\":1},{");
        for (int i = 0; i < 5_000; i++) {
            text.append("\"n").append(i).append("\":0,");
        }
        String many = text.toString();
        assertThat(judge(WIDE, bytes(many + "\"last\":0}]"))).isNull();
        assertThat(judge(WIDE, bytes(many + "\"n2500\":0}]"))).isEqualTo(JsonFault.Kind.DUPLICATE);
    }

    @Test
    void theVerdictFallsBeforeTheRestIsThere() throws JsonFault {
        JsonReader<RuntimeException> deep = JsonReader.judging(new JsonLimits(32, 10, 10, 10, 10, 10, false));
        byte[] levels = "[".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
        deep.take(levels, 0, 32);
        try {
            deep.take(levels, 32, levels.length);
            throw new AssertionError("a million levels passed");
        } catch (JsonFault fault) {
            assertThat(fault.kind()).isEqualTo(JsonFault.Kind.DEPTH);
        }
    }

    /** Texts that are almost JSON, judged as Jackson judges them, and the same at every cut. */
    @Test
    void judgesAsAnotherReaderDoesAtAnyCut() {
        Random random = new Random(7);
        String alphabet = "{}[]:,\"\\ue\\n\t 0123456789.-+eEtruefalsn/aéñ😀";
        int valid = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] text = mutated(random, sample(random, 0), alphabet);
            JsonFault.@Nullable Kind whole = judge(WIDE, text);
            int cut = random.nextInt(text.length + 1);
            int second = cut + random.nextInt(text.length - cut + 1);
            assertThat(judge(WIDE, text, cut, second)).as(text(text)).isEqualTo(whole);
            if (text.length > 0 && !isLeftToOthers(text)) {
                assertThat(whole == null).as(text(text)).isEqualTo(isJsonToOthers(text));
            }
            valid += whole == null ? 1 : 0;
        }
        assertThat(valid).as("texts that were JSON").isBetween(2_000, 18_000);
    }

    private static String text(byte[] text) {
        return new String(text, StandardCharsets.UTF_8);
    }

    private static boolean isJsonToOthers(byte[] text) {
        try {
            return !OTHER.readTree(text).isMissingNode();
        } catch (JacksonException | NumberFormatException none) {
            return false;
        }
    }

    /** Numbers whose exponent no reader can hold, and bytes that Jackson takes for UTF-16, or does not look at closely. */
    private static boolean isLeftToOthers(byte[] text) {
        String read = text(text);
        return read.indexOf('\uFFFD') >= 0 || read.indexOf(0) >= 0 || read.matches("(?s).*[eE][+-]?\\d{5,}.*");
    }

    private static String sample(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : 6)) {
            case 0 -> String.valueOf(random.nextInt(2000) - 1000);
            case 1 -> random.nextBoolean() ? "true" : "null";
            case 2 -> "\"" + (random.nextBoolean() ? "é\\u0041" : "a😀") + random.nextInt(10) + "\"";
            case 3 -> random.nextInt(100) + "." + random.nextInt(100) + "e" + random.nextInt(9);
            case 4 -> "[" + sample(random, depth + 1) + ", " + sample(random, depth + 1) + "]";
            default ->
                "{\"a\": " + sample(random, depth + 1) + ",\"b" + random.nextInt(3) + "\":" + sample(random, depth + 1)
                        + "}";
        };
    }

    private static byte[] mutated(Random random, String sample, String alphabet) {
        byte[] text = bytes(sample);
        for (int times = random.nextInt(3); times > 0 && text.length > 0; times--) {
            int at = random.nextInt(text.length);
            byte[] letter = bytes(String.valueOf(alphabet.charAt(random.nextInt(alphabet.length() - 2))));
            byte[] changed = switch (random.nextInt(3)) {
                case 0 -> joined(Arrays.copyOf(text, at), letter, Arrays.copyOfRange(text, at, text.length));
                case 1 -> joined(Arrays.copyOf(text, at), letter, Arrays.copyOfRange(text, at + 1, text.length));
                default -> joined(Arrays.copyOf(text, at), new byte[0], Arrays.copyOfRange(text, at + 1, text.length));
            };
            text = changed;
        }
        return text;
    }

    private static byte[] joined(byte[] before, byte[] letter, byte[] after) {
        byte[] all = Arrays.copyOf(before, before.length + letter.length + after.length);
        System.arraycopy(letter, 0, all, before.length, letter.length);
        System.arraycopy(after, 0, all, before.length + letter.length, after.length);
        return all;
    }
}

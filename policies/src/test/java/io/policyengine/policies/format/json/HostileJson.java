package io.policyengine.policies.format.json;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies in which readers of JSON differ. */
final class HostileJson {
    /** Each by what it tries. */
    static final Map<String, byte[]> BODIES = Collections.unmodifiableMap(bodies());

    private HostileJson() {}

    private static Map<String, byte[]> bodies() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        names(all);
        strings(all);
        numbers(all);
        structure(all);
        octets(all);
        return all;
    }

    private static void names(Map<String, byte[]> all) {
        text(all, "a name twice", "{\"a\":1,\"a\":2}");
        text(all, "a name twice, once in an escape", "{\"a\":1,\"\\u0061\":2}");
        text(all, "a name twice, in two escapes", "{\"\\u00e9\":1,\"\\u00E9\":2}");
        text(all, "a name twice, as bytes and as a pair", "{\"\uD83D\uDE00\":1,\"\\ud83d\\ude00\":2}");
        text(all, "a name twice, deep", "[{\"x\":{\"b\":[],\"c\":0,\"b\":{}}}]");
        text(all, "an empty name twice", "{\"\":1,\"\":2}");
        text(all, "a name twice, with a slash", "{\"/\":1,\"\\/\":2}");
        text(all, "one name in two objects", "{\"a\":{\"a\":1},\"b\":{\"a\":1}}");
        text(all, "names of other case", "{\"a\":1,\"A\":2}");
        text(all, "names in two normal forms", "{\"\u00e9\":1,\"e\u0301\":2}");
        text(all, "a name that is half of a pair", "{\"\\ud800\":1}");
        text(all, "names that differ in halves of pairs", "{\"\\ud800\":1,\"\\udbff\":2}");
        text(all, "a name with a half at its end", "{\"a\\ud800\":1}");
        text(all, "a name with the halves the wrong way round", "{\"\\ude00\\ud83d\":1}");
        text(all, "a name with a zero", "{\"a\\u0000b\":1}");
        text(all, "a name without quotation marks", "{a:1}");
        text(all, "a name in apostrophes", "{'a':1}");
        text(all, "a number for a name", "{1:1}");
        text(all, "a name of 1,000 characters", "{\"" + "n".repeat(1_000) + "\":1}");
    }

    private static void strings(Map<String, byte[]> all) {
        text(all, "a zero", "[\"\\u0000\"]");
        text(all, "half of a pair", "[\"a\\ud800b\"]");
        text(all, "a pair", "[\"\\ud83d\\ude00\"]");
        text(all, "a control character", "[\"a\tb\"]");
        text(all, "a line end", "[\"a\nb\"]");
        text(all, "a zero as it is", "[\"a\0b\"]");
        text(all, "DEL", "[\"a\u007fb\"]");
        text(all, "line separators", "[\"\u2028\u2029\"]");
        text(all, "an unknown escape", "[\"\\x41\"]");
        text(all, "an escape of an apostrophe", "[\"\\'\"]");
        text(all, "a short escape", "[\"\\u41\"]");
        text(all, "an escape in wide digits", "[\"\\u００４１\"]");
        text(all, "an escape in capitals", "[\"\\U0041\"]");
        text(all, "an escaped line end", "[\"a\\\nb\"]");
        text(all, "a string without an end", "[\"a");
        text(all, "an escape without an end", "[\"a\\");
        text(all, "apostrophes", "['a']");
    }

    private static void numbers(Map<String, byte[]> all) {
        for (String number : new String[] {
            "0", "-0", "1e5", "1E+5", "0.10", "1e400", "1e-400", "-0.0e-0", "123456789012345678901234567890"
        }) {
            text(all, number, "[" + number + "]");
        }
        for (String none : new String[] {
            "NaN",
            "-Infinity",
            "01",
            "-01",
            "-",
            "+1",
            ".5",
            "1.",
            "1.e5",
            "1e",
            "1e+",
            "0x1",
            "1_0",
            "1.2.3",
            "--1",
            "1e5.5",
            "1e5e5",
            "-.",
            "1-1",
            "\u0661"
        }) {
            text(all, none, "[" + none + "]");
            text(all, none + " alone", none);
        }
        text(all, "1,000 digits", "[" + "1".repeat(1_000) + "]");
    }

    private static void structure(Map<String, byte[]> all) {
        text(all, "two texts", "{} {}");
        text(all, "two texts in lines", "{}\n{}");
        text(all, "a brace more", "{}}");
        text(all, "a bracket more", "[]]");
        text(all, "a comma behind it", "[],");
        text(all, "a zero behind it", "[]\0");
        text(all, "blanks around it", "\r\n\t [] \r\n\t ");
        text(all, "a form feed", "\f[]");
        text(all, "a space that does not break", "\u00a0[]");
        text(all, "a comment", "[1/* */]");
        text(all, "a comment to the end of the line", "[1]//");
        text(all, "a comment in YAML", "[1] #");
        text(all, "a comma too many", "[1,]");
        text(all, "a comma too many in an object", "{\"a\":1,}");
        text(all, "a comma too few", "[1 2]");
        text(all, "a missing element", "[1,,2]");
        text(all, "a missing value", "{\"a\":}");
        text(all, "a missing colon", "{\"a\" 1}");
        text(all, "an equals sign", "{\"a\"=1}");
        text(all, "a wrong bracket", "[1}");
        text(all, "literals run together", "[truefalse]");
        text(all, "a literal and a number", "[null1]");
        text(all, "a literal in capitals", "[True]");
        text(all, "undefined", "[undefined]");
        text(all, "without an end", "{\"a\":[1,2");
        text(all, "480 levels", "[".repeat(480) + "]".repeat(480));
        text(all, "501 levels", "[".repeat(501) + "]".repeat(501));
        text(all, "501 objects", "{\"a\":".repeat(501) + "1" + "}".repeat(501));
        text(all, "a prefix against hijacking", ")]}',\n{}");
    }

    private static void octets(Map<String, byte[]> all) {
        octets(all, "a quotation mark in two bytes", "5B22C0A2225D");
        octets(all, "a letter in two bytes", "5B22C1A1225D");
        octets(all, "a letter in three bytes", "5B22E081A1225D");
        octets(all, "a zero in two bytes", "5B22C080225D");
        octets(all, "a surrogate", "5B22EDA080225D");
        octets(all, "a pair of surrogates", "5B22EDA0BDEDB880225D");
        octets(all, "beyond Unicode", "5B22F4908080225D");
        octets(all, "five bytes", "5B22F888808080225D");
        octets(all, "a byte that never stands", "5B22FF225D");
        octets(all, "a continuation alone", "5B2280225D");
        octets(all, "a character that breaks off", "5B22C3225D");
        octets(all, "a character that breaks off at the end", "5B22C3");
        octets(all, "a letter in two bytes, in a name", "7B22C1A1223A317D");
        octets(all, "Latin 1", "5B22E9225D");
        octets(all, "a character outside of strings", "5BC3A95D");
        octets(all, "the last character", "5B22F48FBFBF225D");
    }

    private static void text(Map<String, byte[]> all, String what, String text) {
        all.put(what, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void octets(Map<String, byte[]> all, String what, String hex) {
        all.put(what, HexFormat.of().parseHex(hex));
    }
}

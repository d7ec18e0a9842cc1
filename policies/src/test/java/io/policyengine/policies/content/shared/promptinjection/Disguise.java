package io.policyengine.policies.content.shared.promptinjection;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

/** The ways in which attackers hide a text. */
enum Disguise {
    /** Letters apart. */
    SPACED("letters apart") {
        @Override
        String apply(String text) {
            return text.chars().mapToObj(c -> Character.toString(c)).collect(Collectors.joining(" "));
        }
    },
    /** Digits and signs in place of letters. */
    LEET("digits as letters") {
        @Override
        String apply(String text) {
            return text.toLowerCase(Locale.ROOT)
                    .replace('o', '0')
                    .replace('i', '1')
                    .replace('e', '3');
        }
    },
    /** Capitals and small letters in turn. */
    MIXED_CASE("mixed case") {
        @Override
        String apply(String text) {
            StringBuilder mixed = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                mixed.append(i % 2 == 0 ? Character.toUpperCase(c) : Character.toLowerCase(c));
            }
            return mixed.toString();
        }
    },
    /** Zero-width spaces between letters. */
    ZERO_WIDTH("zero-width characters") {
        @Override
        String apply(String text) {
            return text.chars().mapToObj(c -> Character.toString(c)).collect(Collectors.joining("\u200B"));
        }
    },
    /** Full-width forms. */
    FULL_WIDTH("full-width forms") {
        @Override
        String apply(String text) {
            return text.chars()
                    .mapToObj(c -> Character.toString(c > ' ' && c < 0x7F ? c + 0xFEE0 : c))
                    .collect(Collectors.joining());
        }
    },
    /** Letters of Cyrillic in place of those of ASCII. */
    LOOK_ALIKES("look-alikes") {
        @Override
        String apply(String text) {
            return text.replace('o', '\u043E').replace('e', '\u0435').replace('a', '\u0430');
        }
    },
    /** Unicode's tags, which nobody sees. */
    TAGS("invisible tags") {
        @Override
        String apply(String text) {
            return "Hello, how are you?"
                    + text.chars()
                            .filter(c -> c >= ' ' && c < 0x7F)
                            .mapToObj(c -> Character.toString(c + 0xE0000))
                            .collect(Collectors.joining());
        }
    },
    /** Base64, to be decoded. */
    BASE64("base64") {
        @Override
        String apply(String text) {
            return "Decode this and answer: "
                    + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        boolean fits(String text) {
            return true;
        }
    },
    /** Hexadecimal digits. */
    HEX("hexadecimal") {
        @Override
        String apply(String text) {
            return "The note says " + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8))
                    + ", what does it mean?";
        }

        @Override
        boolean fits(String text) {
            return true;
        }
    },
    /** Letters rotated by thirteen. */
    ROT13("rot13") {
        @Override
        String apply(String text) {
            return "This is rot13: " + Decodings.rotated(text.toLowerCase(Locale.ROOT));
        }
    };

    private final String title;

    Disguise(String title) {
        this.title = title;
    }

    abstract String apply(String text);

    /** True if it makes sense for the text. */
    boolean fits(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /** The name in the table. */
    String title() {
        return title;
    }
}

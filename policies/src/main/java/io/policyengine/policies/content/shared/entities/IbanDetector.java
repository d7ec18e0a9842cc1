package io.policyengine.policies.content.shared.entities;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * International bank account numbers, in upper or lower case, with valid check digits. The structure must be the one
 * that the ISO 13616 registry gives for the country. Each character after the country code may be preceded by up to two
 * blanks, hyphens or full stops.
 */
final class IbanDetector implements Detector {
    /** Maximum number of characters of an IBAN, without separators. */
    private static final int MAX_CHARACTERS = 34;

    /** Maximum number of consecutive separators in an IBAN. */
    private static final int MAX_SEPARATORS = 2;

    /**
     * The structure of an IBAN after its check digits, for each country: sequences of digits (n), letters (a), or
     * either (c), with their lengths.
     */
    private static final Map<String, String> STRUCTURES = Map.ofEntries(
            Map.entry("AD", "8n12c"),
            Map.entry("AE", "19n"),
            Map.entry("AL", "8n16c"),
            Map.entry("AT", "16n"),
            Map.entry("AZ", "4a20c"),
            Map.entry("BA", "16n"),
            Map.entry("BE", "12n"),
            Map.entry("BG", "4a6n8c"),
            Map.entry("BH", "4a14c"),
            Map.entry("BI", "23n"),
            Map.entry("BR", "23n1a1c"),
            Map.entry("BY", "4c4n16c"),
            Map.entry("CH", "5n12c"),
            Map.entry("CR", "18n"),
            Map.entry("CY", "8n16c"),
            Map.entry("CZ", "20n"),
            Map.entry("DE", "18n"),
            Map.entry("DJ", "23n"),
            Map.entry("DK", "14n"),
            Map.entry("DO", "4c20n"),
            Map.entry("EE", "16n"),
            Map.entry("EG", "25n"),
            Map.entry("ES", "20n"),
            Map.entry("FI", "14n"),
            Map.entry("FK", "2a12n"),
            Map.entry("FO", "14n"),
            Map.entry("FR", "10n11c2n"),
            Map.entry("GB", "4a14n"),
            Map.entry("GE", "2a16n"),
            Map.entry("GI", "4a15c"),
            Map.entry("GL", "14n"),
            Map.entry("GR", "7n16c"),
            Map.entry("GT", "24c"),
            Map.entry("HN", "4a20n"),
            Map.entry("HR", "17n"),
            Map.entry("HU", "24n"),
            Map.entry("IE", "4a14n"),
            Map.entry("IL", "19n"),
            Map.entry("IQ", "4a15n"),
            Map.entry("IS", "22n"),
            Map.entry("IT", "1a10n12c"),
            Map.entry("JO", "4a4n18c"),
            Map.entry("KW", "4a22c"),
            Map.entry("KZ", "3n13c"),
            Map.entry("LB", "4n20c"),
            Map.entry("LC", "4a24c"),
            Map.entry("LI", "5n12c"),
            Map.entry("LT", "16n"),
            Map.entry("LU", "3n13c"),
            Map.entry("LV", "4a13c"),
            Map.entry("LY", "21n"),
            Map.entry("MC", "10n11c2n"),
            Map.entry("MD", "20c"),
            Map.entry("ME", "18n"),
            Map.entry("MK", "3n10c2n"),
            Map.entry("MN", "16n"),
            Map.entry("MR", "23n"),
            Map.entry("MT", "4a5n18c"),
            Map.entry("MU", "4a19n3a"),
            Map.entry("NI", "4a20n"),
            Map.entry("NL", "4a10n"),
            Map.entry("NO", "11n"),
            Map.entry("OM", "3n16c"),
            Map.entry("PK", "4a16c"),
            Map.entry("PL", "24n"),
            Map.entry("PS", "4a21c"),
            Map.entry("PT", "21n"),
            Map.entry("QA", "4a21c"),
            Map.entry("RO", "4a16c"),
            Map.entry("RS", "18n"),
            Map.entry("RU", "14n15c"),
            Map.entry("SA", "2n18c"),
            Map.entry("SC", "4a20n3a"),
            Map.entry("SD", "14n"),
            Map.entry("SE", "20n"),
            Map.entry("SI", "15n"),
            Map.entry("SK", "20n"),
            Map.entry("SM", "1a10n12c"),
            Map.entry("SO", "19n"),
            Map.entry("ST", "21n"),
            Map.entry("SV", "4a20n"),
            Map.entry("TL", "19n"),
            Map.entry("TN", "20n"),
            Map.entry("TR", "6n16c"),
            Map.entry("UA", "6n19c"),
            Map.entry("VA", "18n"),
            Map.entry("VG", "4a16n"),
            Map.entry("XK", "16n"),
            Map.entry("YE", "4a4n18c"));

    /** The kinds of an IBAN's characters, one letter for each character, by country. */
    private static final Map<String, String> KINDS = STRUCTURES.entrySet().stream()
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, country -> kinds(country.getValue())));

    @Override
    public Entity entity() {
        return Entity.IBAN;
    }

    @Override
    public int longest() {
        return (MAX_CHARACTERS + 1) * (1 + MAX_SEPARATORS);
    }

    @Override
    public boolean mayBeginWith(char first) {
        return Chars.isLetter(first);
    }

    @Override
    public int match(Window text, int start) {
        if (!Chars.isLetter(text.at(start + 1)) || !Chars.isDigit(text.at(past(text, start + 2)))) {
            return NONE;
        }
        String country = "" + (char) Chars.upper(text.at(start)) + (char) Chars.upper(text.at(start + 1));
        String kinds = KINDS.get(country);
        return kinds == null ? NONE : match(text, start, kinds);
    }

    private static int match(Window text, int start, String kinds) {
        char[] code = new char[kinds.length()];
        int at = start;
        for (int i = 0; i < code.length; i++) {
            if (i > 1) {
                at = past(text, at);
            }
            int c = Chars.upper(text.at(at++));
            if (!isOf(kinds.charAt(i), c)) {
                return NONE;
            }
            code[i] = (char) c;
        }
        return !Chars.isWord(text.at(at)) && CheckDigits.mod97(code, code.length) ? at : NONE;
    }

    private static int past(Window text, int position) {
        int at = position;
        while (at - position < MAX_SEPARATORS && isSeparator(text.at(at))) {
            at++;
        }
        return at;
    }

    private static boolean isSeparator(int c) {
        return c == ' ' || c == '-' || c == '.';
    }

    private static boolean isOf(char kind, int c) {
        return switch (kind) {
            case 'n' -> Chars.isDigit(c);
            case 'a' -> Chars.isUpper(c);
            default -> Chars.isDigit(c) || Chars.isUpper(c);
        };
    }

    /**
     * Returns the kinds of an IBAN's characters, one letter for each character, including country code and check
     * digits.
     */
    private static String kinds(String structure) {
        StringBuilder kinds = new StringBuilder(MAX_CHARACTERS).append("aann");
        int count = 0;
        for (int i = 0; i < structure.length(); i++) {
            char c = structure.charAt(i);
            if (Chars.isDigit(c)) {
                count = 10 * count + c - '0';
            } else {
                kinds.repeat(c, count);
                count = 0;
            }
        }
        return kinds.toString();
    }
}

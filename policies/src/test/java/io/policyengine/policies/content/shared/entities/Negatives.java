package io.policyengine.policies.content.shared.entities;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/** Values that look like an entity and are none. They are made without regard to what the detectors take them for. */
final class Negatives {
    /**
     * A kind of value.
     *
     * @param sentence the kind of sentence that it stands in
     */
    record Kind(String name, String sentence, Supplier<String> make) {}

    private final Samples samples;

    Negatives(Samples samples) {
        this.samples = samples;
    }

    /** All kinds. */
    List<Kind> kinds() {
        return List.of(
                new Kind("order of digits", "order", () -> digits(8 + below(13))),
                new Kind("order of 16 digits", "order", () -> digits(16)),
                new Kind("order in groups", "order", () -> digits(4) + "-" + digits(4) + "-" + digits(4)),
                new Kind("order with letters", "order", () -> "AB-" + digits(4) + "-" + digits(6)),
                new Kind("order with a year", "order", () -> "2024/" + digits(6)),
                new Kind("tracking number", "order", () -> "1Z" + text(6, Samples.UPPER) + digits(10)),
                new Kind("tracking number of digits", "order", () -> digits(20) + digits(below(3))),
                new Kind("version of three", "version", () -> below(20) + "." + below(30) + "." + below(100)),
                new Kind(
                        "version of four",
                        "version",
                        () -> below(20) + "." + below(30) + "." + below(100) + "." + below(200)),
                new Kind(
                        "version of five",
                        "version",
                        () -> "1." + below(9) + "." + below(9) + "." + below(9) + "." + below(9)),
                new Kind(
                        "version with letters",
                        "version",
                        () -> "v" + below(9) + "." + below(9) + "." + below(9) + "." + below(9)),
                new Kind("digest", "reference", () -> hex(32 + 8 * below(5))),
                new Kind(
                        "UUID",
                        "reference",
                        () -> hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12)),
                new Kind("base64", "reference", () -> text(60, Samples.WORD + "+/") + "=="),
                new Kind("date", "date", () -> "%02d.%02d.20%02d".formatted(1 + below(28), 1 + below(12), below(40))),
                new Kind(
                        "date and time",
                        "date",
                        () -> "%02d.%02d.20%02d %02d:%02d"
                                .formatted(1 + below(28), 1 + below(12), below(40), below(24), below(60))),
                new Kind(
                        "ISO date",
                        "date",
                        () -> "20%02d-%02d-%02dT%02d:%02d:%02dZ"
                                .formatted(below(40), 1 + below(12), 1 + below(28), below(24), below(60), below(60))),
                new Kind(
                        "American date",
                        "date",
                        () -> "%02d/%02d/20%02d".formatted(1 + below(12), 1 + below(28), below(40))),
                new Kind("seconds since 1970", "reference", () -> "17" + digits(8)),
                new Kind("milliseconds since 1970", "reference", () -> "17" + digits(11)),
                new Kind("nanoseconds since 1970", "reference", () -> "17" + digits(17)),
                new Kind("ISBN", "reference", () -> "978-3-" + digits(2) + "-" + digits(6) + "-" + digits(1)),
                new Kind("ticket", "reference", () -> "#" + digits(6) + "-" + digits(1)),
                new Kind("amount", "reference", () -> digits(1) + "." + digits(3) + "." + digits(3) + "," + digits(2)),
                new Kind("fraction", "reference", () -> "0." + digits(16)),
                new Kind("coordinates", "reference", () -> "52." + digits(6) + ", 13." + digits(6)),
                new Kind("hardware address", "reference", () -> "00:1a:2b:" + hex(2) + ":" + hex(2) + ":" + hex(2)),
                new Kind("fingerprint", "reference", () -> hex(2) + (":" + hex(2)).repeat(19)),
                new Kind("no octet", "reference", () -> "10.0." + (256 + below(700)) + ".1"),
                new Kind("card with a wrong digit", "order", () -> wrong(samples.card())),
                new Kind("IBAN with a wrong digit", "reference", () -> wrong(samples.iban())),
                new Kind("tax id with a wrong digit", "reference", () -> wrong(samples.taxId())),
                new Kind(
                        "security number never given out",
                        "reference",
                        () -> samples.oneOf("000", "666", "9" + digits(2)) + "-12-" + digits(4)),
                new Kind(
                        "insurance number never given out",
                        "reference",
                        () -> samples.oneOf("GB", "NT", "ZZ", "DQ") + digits(6) + "A"),
                new Kind("name of a picture", "reference", () -> "logo@2x.png"),
                new Kind(
                        "name of a package",
                        "reference",
                        () -> "parser@" + below(20) + "." + below(20) + "." + below(9)),
                new Kind("handle", "reference", () -> "@" + text(8, Samples.LOWER)),
                new Kind(
                        "repository",
                        "reference",
                        () -> "git@code.example.com:team/" + text(6, Samples.LOWER) + ".git"),
                new Kind(
                        "class of a style sheet",
                        "reference",
                        () -> "sk-toggleable__content-" + text(8, Samples.LOWER)),
                new Kind(
                        "beginning of a key",
                        "reference",
                        () -> samples.oneOf("sk-", "ghp_", "glpat-", "xoxb-", "AIza", "sk_live_") + "..."),
                new Kind(
                        "cursor",
                        "reference",
                        () -> Samples.base64Url(
                                "{\"page\":" + below(900) + ",\"after\":\"" + text(9, Samples.LOWER) + "\"}")),
                new Kind(
                        "certificate",
                        "reference",
                        () -> "-----BEGIN CERTIFICATE-----\n" + text(64, Samples.WORD) + "\n-----END CERTIFICATE-----"),
                new Kind(
                        "mention of a key",
                        "reference",
                        () -> "-----BEGIN PRIVATE KEY----- as the first line of the file"),
                new Kind("qualified name", "reference", () -> "std::vector::" + text(5, Samples.LOWER)),
                new Kind("id in a path", "reference", () -> "/v2/items/" + digits(10) + "/parts"));
    }

    private int below(int bound) {
        return samples.below(bound);
    }

    private String digits(int length) {
        return samples.digits(length);
    }

    private String text(int length, String alphabet) {
        return samples.text(length, alphabet);
    }

    private String hex(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) below(256);
        }
        return HexFormat.of().formatHex(octets).substring(0, length);
    }

    /** With the last digit that is one changed. */
    private String wrong(String number) {
        int at = number.length() - 1;
        while (!Character.isDigit(number.charAt(at))) {
            at--;
        }
        char other = (char) ('0' + (number.charAt(at) - '0' + 1 + below(9)) % 10);
        return number.substring(0, at) + other + number.substring(at + 1);
    }
}

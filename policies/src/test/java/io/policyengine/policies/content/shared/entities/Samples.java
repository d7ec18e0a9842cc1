package io.policyengine.policies.content.shared.entities;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Made-up values of each kind of entity, in the forms in which people and programs write them. Shares no code with the detectors. */
final class Samples {
    static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
    static final String UPPER = LOWER.toUpperCase(Locale.ROOT);
    static final String DIGITS = "0123456789";
    static final String WORD = UPPER + LOWER + DIGITS;
    static final String URL = WORD + "-_";

    private final RandomGenerator random;

    Samples(RandomGenerator random) {
        this.random = random;
    }

    /** A value of the kind. */
    String of(Entity entity) {
        return switch (entity) {
            case EMAIL -> email();
            case PHONE -> phone();
            case CREDIT_CARD -> grouped(card());
            case IBAN -> writtenIban(iban());
            case IP_ADDRESS -> ipAddress();
            case US_SSN -> ssn();
            case UK_NINO -> nino();
            case DE_TAX_ID -> pick(taxId(), "%s %s %s %s");
            case IN_AADHAAR -> aadhaar();
            case PASSPORT -> passport();
            case API_KEY -> apiKey();
            case JWT -> jwt();
            case PRIVATE_KEY -> privateKey();
            case AWS_KEY -> oneOf("AKIA", "ASIA") + text(16, UPPER + "234567");
        };
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    @SafeVarargs
    final <T> T oneOf(T... values) {
        return values[below(values.length)];
    }

    String text(int length, String alphabet) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(below(alphabet.length())));
        }
        return text.toString();
    }

    String digits(int length) {
        return text(length, DIGITS);
    }

    private String number(String pattern) {
        StringBuilder number = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            number.append(
                    switch (c) {
                        case '#' -> (char) ('0' + below(10));
                        case 'N' -> (char) ('2' + below(8));
                        case 'x' -> (char) ('1' + below(9));
                        default -> c;
                    });
        }
        return number.toString();
    }

    private String email() {
        String name = oneOf(
                        "anna",
                        "j.meyer",
                        "li_wei",
                        "o'neil",
                        "maria.lopez",
                        "k-sato",
                        "ivan77",
                        "élodie",
                        "x",
                        "иван",
                        "Pat.Doe")
                + oneOf("", "", "+news", ".2", "_b", "-dev");
        String host = oneOf(
                "example",
                "mail.example",
                "post-box",
                "büro",
                "a1",
                "corp.internal",
                "dept.univ",
                "xn--bcher-kva",
                "пример");
        return name
                + oneOf("@", "@", "@", "%40")
                + host
                + oneOf(".com", ".org", ".de", ".co.uk", ".io", ".museum", ".example");
    }

    private String phone() {
        return number(oneOf(
                "+49 170 x######",
                "+49 (0) 30 x#######",
                "+49-89-x######",
                "+1 NN5-N##-####",
                "+1 (NN5) N##-####",
                "+1.NN5.N##.####",
                "(NN5) N##-####",
                "NN5-N##-####",
                "NN5.N##.####",
                "1-800-N##-####",
                "+33 6 ## ## ## ##",
                "06 ## ## ## ##",
                "01.##.##.##.##",
                "+44 20 7### ####",
                "020 7### ####",
                "+34 6## ### ###",
                "+48 5## ### ###",
                "+7 9## ###-##-##",
                "+81-90-x###-####",
                "090-x###-####",
                "+86 138 #### ####",
                "138 #### ####",
                "+91 98### #####",
                "+966 5# ### ####",
                "+5511 9####-####",
                "(11) 9####-####",
                "0049 30 x######",
                "030/x#######",
                "0170 x######",
                "+4915x########",
                "x########",
                "98########"));
    }

    /** Digits of a card with Luhn's digit. */
    String card() {
        String number = number(oneOf(
                "4##############",
                "4##############",
                "51#############",
                "55#############",
                "2221###########",
                "2720###########",
                "34############",
                "37############",
                "6011###########",
                "65#############",
                "36###########",
                "3530###########",
                "62#############",
                "62################",
                "2202###########",
                "5018###########",
                "6759########"));
        return number + luhn(number);
    }

    private static int luhn(String number) {
        int sum = 0;
        boolean doubles = true;
        for (int i = number.length() - 1; i >= 0; i--) {
            int digit = (number.charAt(i) - '0') * (doubles ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
            doubles = !doubles;
        }
        return (10 - sum % 10) % 10;
    }

    /** As it stands on cards and in forms. */
    String grouped(String card) {
        String separator = oneOf("", "", " ", " ", "-", ".", "\u00A0");
        if (card.length() == 15) {
            return card.substring(0, 4) + separator + card.substring(4, 10) + separator + card.substring(10);
        }
        StringBuilder grouped = new StringBuilder();
        for (int i = 0; i < card.length(); i++) {
            grouped.append(i > 0 && i % 4 == 0 ? separator : "").append(card.charAt(i));
        }
        return grouped.toString();
    }

    /** Without blanks. */
    String iban() {
        String country = oneOf(
                "DE", "GB", "FR", "ES", "IT", "NL", "PL", "PT", "CH", "AT", "BE", "SE", "NO", "SA", "AE", "MT", "TR",
                "GR", "RO", "BR");
        String account = switch (country) {
            case "DE" -> digits(18);
            case "GB" -> text(4, UPPER) + digits(14);
            case "FR" -> digits(10) + text(11, UPPER + DIGITS) + digits(2);
            case "ES", "SE" -> digits(20);
            case "IT" -> text(1, UPPER) + digits(10) + text(12, UPPER + DIGITS);
            case "NL" -> text(4, UPPER) + digits(10);
            case "PL" -> digits(24);
            case "PT" -> digits(21);
            case "CH" -> digits(5) + text(12, UPPER + DIGITS);
            case "AT" -> digits(16);
            case "BE" -> digits(12);
            case "NO" -> digits(11);
            case "SA" -> digits(2) + text(18, UPPER + DIGITS);
            case "AE" -> digits(19);
            case "MT" -> text(4, UPPER) + digits(5) + text(18, UPPER + DIGITS);
            case "TR" -> digits(6) + text(16, UPPER + DIGITS);
            case "GR" -> digits(7) + text(16, UPPER + DIGITS);
            case "RO" -> text(4, UPPER) + text(16, UPPER + DIGITS);
            default -> digits(23) + text(1, UPPER) + text(1, UPPER + DIGITS);
        };
        return country + "%02d".formatted(98 - remainder(account + country + "00")) + account;
    }

    private static int remainder(String code) {
        StringBuilder number = new StringBuilder();
        code.chars().forEach(c -> number.append(Character.digit(c, 36)));
        return new BigInteger(number.toString()).mod(BigInteger.valueOf(97)).intValue();
    }

    String writtenIban(String iban) {
        String written = switch (below(4)) {
            case 0 -> iban;
            case 1 -> iban.toLowerCase(Locale.ROOT);
            default -> iban.replaceAll("(.{4})(?=.)", "$1 ");
        };
        return below(10) == 0 ? written.replace(' ', '-') : written;
    }

    private String ipAddress() {
        return switch (below(6)) {
            case 0 -> "2001:db8::" + Integer.toHexString(0x1000 + below(0xE000));
            case 1 -> "2001:0db8:85a3:0000:0000:8a2e:0370:" + text(4, "0123456789abcdef");
            case 2 -> "fe80::" + text(4, "123456789") + ":" + text(4, "abcdef12") + ":1";
            default -> (1 + below(254)) + "." + below(256) + "." + below(256) + "." + below(256);
        };
    }

    private String ssn() {
        return "%03d-%02d-%04d"
                .formatted(1 + below(665), 1 + below(99), 1 + below(9999))
                .replace("-", oneOf("-", "-", " "));
    }

    private String nino() {
        String prefix = oneOf("AB", "CE", "JG", "PX", "SR", "WL", "YZ");
        String digits = digits(6);
        String suffix = text(1, "ABCD");
        return oneOf(
                prefix + digits + suffix,
                prefix + " " + digits.substring(0, 2) + " " + digits.substring(2, 4) + " " + digits.substring(4) + " "
                        + suffix,
                (prefix + digits + suffix).toLowerCase(Locale.ROOT));
    }

    /** Nine different digits and one of them again, in random order, and the check digit. */
    String taxId() {
        while (true) {
            StringBuilder left = new StringBuilder(DIGITS);
            left.deleteCharAt(below(10));
            left.append(left.charAt(below(9)));
            StringBuilder id = new StringBuilder();
            while (!left.isEmpty()) {
                int next = below(left.length());
                id.append(left.charAt(next));
                left.deleteCharAt(next);
            }
            if (id.charAt(0) != '0') {
                return id.append(taxCheck(id)).toString();
            }
        }
    }

    private static int taxCheck(CharSequence id) {
        int product = 10;
        for (int i = 0; i < id.length(); i++) {
            int sum = (id.charAt(i) - '0' + product) % 10;
            product = 2 * (sum == 0 ? 10 : sum) % 11;
        }
        return (11 - product) % 10;
    }

    private String pick(String elevenDigits, String grouped) {
        return below(2) == 0
                ? elevenDigits
                : grouped.formatted(
                        elevenDigits.substring(0, 2),
                        elevenDigits.substring(2, 5),
                        elevenDigits.substring(5, 8),
                        elevenDigits.substring(8));
    }

    private String aadhaar() {
        String number = number("N##########");
        for (int check = 0; check < 10; check++) {
            if (Verhoeff.isValid(number + check)) {
                String whole = number + check;
                return below(3) == 0
                        ? whole
                        : whole.substring(0, 4) + " " + whole.substring(4, 8) + " " + whole.substring(8);
            }
        }
        throw new AssertionError("one of ten is right");
    }

    private String passport() {
        return switch (below(4)) {
            case 0 -> digits(9);
            case 1 -> "C01X" + digits(2) + "T" + digits(2);
            case 2 -> text(1, UPPER) + digits(7);
            default -> text(2, UPPER) + digits(7);
        };
    }

    private String apiKey() {
        return switch (below(10)) {
            case 0 -> "sk-proj-" + text(24, WORD) + "_" + text(24, URL) + text(20, WORD) + digits(2);
            case 1 -> "sk-ant-api03-" + text(90, URL) + digits(1) + "AA";
            case 2 -> "sk-" + text(20, WORD) + digits(2) + text(26, WORD);
            case 3 -> "ghp_" + text(36, WORD);
            case 4 -> "github_pat_" + text(22, WORD) + "_" + text(59, WORD);
            case 5 -> "glpat-" + text(20, URL);
            case 6 -> "sk_live_" + text(24, WORD);
            case 7 -> "xoxb-" + digits(12) + "-" + digits(13) + "-" + text(24, WORD);
            case 8 -> "AIza" + text(33, URL) + digits(2);
            default -> "gho_" + text(36, WORD);
        };
    }

    String jwt() {
        String header = oneOf(
                "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
                "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"" + text(8, LOWER) + "\"}",
                "{ \"alg\" : \"none\" }",
                "{\n  \"alg\": \"ES256\"\n}");
        String payload = "{\"sub\":\"" + digits(8) + "\",\"name\":\"" + text(12, LOWER) + "\"}";
        return base64Url(header) + "." + base64Url(payload) + "." + (header.contains("none") ? "" : text(43, URL));
    }

    static String base64Url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private String privateKey() {
        String label = oneOf(
                "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        String end = oneOf("\n", "\n", "\r\n", "\\n", " ");
        StringBuilder key = new StringBuilder("-----BEGIN " + label + "-----" + end);
        for (int line = 0; line < 4 + below(20); line++) {
            key.append(text(64, WORD + "+/")).append(end);
        }
        return key + text(22, WORD) + "==" + end + "-----END " + label + "-----";
    }
}

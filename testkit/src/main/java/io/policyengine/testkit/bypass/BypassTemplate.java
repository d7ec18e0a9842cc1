package io.policyengine.testkit.bypass;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills the placeholders in bypass cases with the values of a deployment. {@code {name|encode}} is a value with
 * transformations, applied in order:
 *
 * <ul>
 *   <li>{@code upper}, {@code lower}, {@code capital}
 *   <li>{@code underscores} replaces all hyphens, {@code underscore} only the last one
 *   <li>{@code encode}, {@code encode_last}, {@code encode_all} percent-encode the first, the last or all characters
 *   <li>{@code encode2}, {@code encode_u}, {@code overlong} encode the first character twice, as {@code %uXXXX}, or in
 *       two octets
 *   <li>{@code fullwidth} uses fullwidth letters, {@code long_s} replaces each s by a long s
 *   <li>{@code slash:X} replaces each slash by X
 * </ul>
 */
final class BypassTemplate {
    /** The value that a client forges in an identity field. */
    static final String FORGED = "bypass-intruder";
    /** Number of bytes of the placeholder {@code {body64}}. */
    static final int BODY = 64;

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z0-9]+)((?:\\|[a-z0-9_]+(?::[^|}]*)?)*)}");
    private static final int LONG = 6000;
    private static final int HEADER_FIELDS = 150;

    private final Map<String, String> values = new HashMap<>();

    BypassTemplate(Deployment deployment) {
        String path = deployment.paths().path();
        int last = path.lastIndexOf('/');
        values.put("path", path);
        values.put("rest", path.substring(1));
        values.put("parent", path.substring(0, last));
        values.put("name", path.substring(last + 1));
        values.put("open", deployment.paths().open());
        values.put("authority", deployment.authority());
        values.put("media", deployment.media());
        values.put("credential", deployment.credential());
        values.put("identity", deployment.identity().getFirst());
        values.put("forged", FORGED);
        values.put("long", "a".repeat(LONG));
        values.put("body64", "{\"x\": \"" + "x".repeat(BODY - 9) + "\"}");
        StringBuilder many = new StringBuilder("X-1: 1");
        for (int i = 2; i <= HEADER_FIELDS; i++) {
            many.append("\r\nX-").append(i).append(": ").append(i);
        }
        values.put("many", many.toString());
        if (deployment.paths().optional() != null) {
            values.put("optional", deployment.paths().optional());
        }
        if (deployment.paths().limited() != null) {
            values.put("limited", deployment.paths().limited());
        }
    }

    /** Fills the placeholders of the text; throws IllegalArgumentException for an unknown placeholder. */
    String fill(String template) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), found.group(2))));
    }

    private String value(String name, String changes) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no value for {" + name + "}");
        }
        for (String change :
                changes.isEmpty() ? new String[0] : changes.substring(1).split("\\|", -1)) {
            value = changed(value, change);
        }
        return value;
    }

    private static String changed(String value, String change) {
        if (change.startsWith("slash:")) {
            return value.replace("/", change.substring("slash:".length()));
        }
        return switch (change) {
            case "upper" -> value.toUpperCase(Locale.ROOT);
            case "lower" -> value.toLowerCase(Locale.ROOT);
            case "capital" -> value.substring(0, 1).toUpperCase(Locale.ROOT) + value.substring(1);
            case "underscores" -> value.replace('-', '_');
            case "underscore" -> value.replaceFirst("-([^-]*)$", "_$1");
            case "encode" -> each(value, i -> i == 0, "%%%02x");
            case "encode_last" -> each(value, i -> i == value.length() - 1, "%%%02x");
            case "encode_all" -> each(value, _ -> true, "%%%02x");
            case "encode2" -> each(value, i -> i == 0, "%%25%02x");
            case "encode_u" -> each(value, i -> i == 0, "%%u%04x");
            case "overlong" ->
                encoded(0xC0 | value.charAt(0) >> 6, 0x80 | (value.charAt(0) & 0x3F)) + value.substring(1);
            case "fullwidth" ->
                utf8(value.chars()
                        .map(c -> c + 0xFEE0)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
            case "long_s" -> value.replace("s", utf8("\u017f"));
            default -> throw new IllegalArgumentException("unknown transformation '" + change + "'");
        };
    }

    private static String each(String value, IntPredicate chosen, String format) {
        StringBuilder changed = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            changed.append(chosen.test(i) ? String.format(Locale.ROOT, format, (int) c) : String.valueOf(c));
        }
        return changed.toString();
    }

    private static String utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] octets = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            octets[i] = bytes[i] & 0xFF;
        }
        return encoded(octets);
    }

    private static String encoded(int... octets) {
        StringBuilder encoded = new StringBuilder();
        for (int octet : octets) {
            encoded.append(String.format(Locale.ROOT, "%%%02x", octet));
        }
        return encoded.toString();
    }
}

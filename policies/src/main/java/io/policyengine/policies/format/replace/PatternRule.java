package io.policyengine.policies.format.replace;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.http.Octets;
import io.policyengine.policies.shared.template.Template;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the matches of a pattern in the characters of a body. A body that is not valid UTF-8 is read as one
 * character for each byte.
 */
public final class PatternRule implements ReplacementRule {
    private final Pattern pattern;
    private final List<Piece> with;

    private PatternRule(Pattern pattern, List<Piece> with) {
        this.pattern = pattern;
        this.with = with;
    }

    /**
     * Creates a rule.
     *
     * @param with replaces each match: a template in which {@code $1} is the text of the first group
     * @throws IllegalArgumentException if a group does not exist or a template is malformed; the message names the
     *     remedy
     */
    public static PatternRule of(Pattern pattern, String with) {
        return new PatternRule(pattern, parse(with, pattern.groupCount()));
    }

    private sealed interface Piece {
        /** A template that is filled in for each exchange. */
        record Filled(Template template) implements Piece {}

        /** The text that a group matched; empty if the group did not match. */
        record Group(int number) implements Piece {}
    }

    /**
     * Returns the body with all matches replaced, from left to right; the same array if there are none.
     *
     * @param fill returns the octets of a template
     * @throws io.policyengine.core.error.PolicyException if the result is too long, or the search needs too many reads
     */
    byte[] replace(byte[] body, Function<Template, String> fill, Growth growth) {
        String text = utf8(body);
        if (text == null) {
            return replaced(body, Octets.fromBytes(body), StandardCharsets.ISO_8859_1, fill, growth);
        }
        return replaced(body, text, StandardCharsets.UTF_8, fill.andThen(Octets::toText), growth);
    }

    private byte[] replaced(byte[] body, String text, Charset charset, Function<Template, String> fill, Growth growth) {
        Matcher matcher = pattern.matcher(new CountedText(text));
        return matcher.find() ? replaced(text, matcher, fill, growth).getBytes(charset) : body;
    }

    private static @Nullable String utf8(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }

    private String replaced(String text, Matcher matcher, Function<Template, String> fill, Growth growth) {
        StringBuilder changed = new StringBuilder(text.length());
        int done = 0;
        do {
            changed.append(text, done, matcher.start());
            for (Piece piece : with) {
                switch (piece) {
                    case Piece.Filled(Template template) -> changed.append(fill.apply(template));
                    case Piece.Group(int number) -> append(text, matcher, number, changed);
                }
            }
            growth.check(changed.length());
            done = matcher.end();
        } while (matcher.find());
        changed.append(text, done, text.length());
        growth.check(changed.length());
        return changed.toString();
    }

    private static void append(String text, Matcher matcher, int group, StringBuilder to) {
        int start = matcher.start(group);
        if (start >= 0) {
            to.append(text, start, matcher.end(group));
        }
    }

    private static List<Piece> parse(String with, int groups) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < with.length()) {
            if (with.charAt(at) != '$') {
                text.append(with.charAt(at++));
            } else if (with.startsWith("$$", at)) {
                flush(text, pieces);
                pieces.add(literal("$"));
                at += 2;
            } else if (with.startsWith("${", at)) {
                int end = endOfTemplate(with, at);
                text.append(with, at, end);
                at = end;
            } else {
                int end = endOfNumber(with, at + 1);
                flush(text, pieces);
                pieces.add(new Piece.Group(group(with.substring(at + 1, end), groups)));
                at = end;
            }
        }
        flush(text, pieces);
        return List.copyOf(pieces);
    }

    private static Piece literal(String text) {
        return new Piece.Filled(new Template(List.of(new Template.Part.Literal(Octets.fromText(text)))));
    }

    private static void flush(StringBuilder text, List<Piece> pieces) {
        if (!text.isEmpty()) {
            pieces.add(new Piece.Filled(Template.parse(text.toString())));
            text.setLength(0);
        }
    }

    private static int endOfTemplate(String with, int start) {
        int end = with.indexOf('}', start);
        return end < 0 ? with.length() : end + 1;
    }

    private static int endOfNumber(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private static int group(String digits, int groups) {
        if (digits.isEmpty()) {
            throw new IllegalArgumentException("a $ without the number of a group; write $$ for a dollar sign");
        }
        int number = digits.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(digits);
        if (number > groups) {
            throw new IllegalArgumentException(
                    "$" + digits + ", but the pattern has " + (groups == 1 ? "1 group" : groups + " groups"));
        }
        return number;
    }
}

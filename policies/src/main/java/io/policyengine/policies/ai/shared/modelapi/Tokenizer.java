package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.core.work.StopSignal;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Counts tokens in the encodings of a request's models, and returns the largest count. Counting takes time linear in
 * the text, up to a few microseconds per octet, so it must run off the event loop.
 */
record Tokenizer(Set<TokenEncoding> encodings, StopSignal stop) implements TextMeter {
    /**
     * Maximum number of characters that are encoded at once. It is small, since encoding similar characters in a row
     * takes more than linear time. A cut within a word adds a token or two.
     */
    static final int PIECE = 256;

    Tokenizer {
        encodings = Set.copyOf(encodings);
    }

    @Override
    public long sizeOf(String text) {
        long most = 0;
        for (TokenEncoding encoding : encodings) {
            most = Math.max(most, sizeIn(encoding, text));
        }
        return most;
    }

    private long sizeIn(TokenEncoding encoding, String text) {
        long tokens = 0;
        int from = 0;
        while (from < text.length()) {
            stop.check();
            String piece = text.length() - from <= PIECE
                    ? text.substring(from)
                    : beginning(text.substring(from, from + PIECE));
            tokens += encoding.count(wellFormed(piece));
            from += piece.length();
        }
        return tokens;
    }

    /**
     * Returns the part of a text up to its last blank. If there is no blank, returns the text without an unpaired
     * surrogate at its end.
     */
    private static String beginning(String piece) {
        int blank = piece.lastIndexOf(' ');
        if (blank > 0) {
            return piece.substring(0, blank);
        }
        return Character.isHighSurrogate(piece.charAt(PIECE - 1)) ? piece.substring(0, PIECE - 1) : piece;
    }

    /** Replaces each unpaired surrogate by a question mark, since no vocabulary contains it. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}

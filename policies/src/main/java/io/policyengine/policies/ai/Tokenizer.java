package io.policyengine.policies.ai;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.policyengine.core.work.Stop;
import java.nio.charset.StandardCharsets;

/**
 * Counts the tokens of texts in OpenAI's encoding {@code cl100k_base}: near enough for an estimate for the models of others too. It takes time
 * linear in the text, below a microsecond for each octet, and with the first text that of reading its vocabulary: so it belongs off the event
 * loop. The vocabulary takes about 15 MB of the heap, once in a process that counts tokens.
 */
record Tokenizer(Stop stop) implements TextMeter {
    /** Characters that are encoded at once: a run of one kind takes more time than its length. A cut within a word adds a token or two. */
    static final int PIECE = 256;

    /** The vocabulary, which is read when the first text is counted. */
    private static final class Vocabulary {
        static final Encoding CL100K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

        private Vocabulary() {}
    }

    @Override
    public long sizeOf(String text) {
        long tokens = 0;
        int from = 0;
        while (from < text.length()) {
            stop.check();
            String piece = text.length() - from <= PIECE
                    ? text.substring(from)
                    : beginning(text.substring(from, from + PIECE));
            tokens += Vocabulary.CL100K.countTokensOrdinary(wellFormed(piece));
            from += piece.length();
        }
        return tokens;
    }

    /** The text before the last blank, with which a token begins; without one, all but half of a character. */
    private static String beginning(String piece) {
        int blank = piece.lastIndexOf(' ');
        if (blank > 0) {
            return piece.substring(0, blank);
        }
        return Character.isHighSurrogate(piece.charAt(PIECE - 1)) ? piece.substring(0, PIECE - 1) : piece;
    }

    /** With a question mark for each half of a character, which is in no vocabulary. */
    private static String wellFormed(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}

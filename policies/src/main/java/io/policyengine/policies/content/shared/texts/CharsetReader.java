package io.policyengine.policies.content.shared.texts;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes octets to characters. A byte order mark determines the charset. Without a mark, zeros among the first octets
 * indicate UTF-16 or UTF-32. Otherwise the stated charset applies, or UTF-8 if none is stated. The stated charset must
 * be UTF-8 or use one octet for each character. Refuses octets that contradict the stated charset, since servers might
 * read them differently, and octets that are invalid in the charset.
 *
 * <p>Content that need not be text, such as an image, is read as UTF-8; invalid octets become {@link
 * LogicalText#BROKEN}.
 */
final class CharsetReader implements OctetSink {
    /** Number of first octets that determine the charset. */
    private static final int FIRST = 4;

    /** First octets of an XML declaration in EBCDIC (XML 1.0, appendix F). */
    private static final int[] EBCDIC = {0x4C, 0x6F, 0xA7, 0x94};

    private final Optional<String> stated;
    private final Strictness strictness;
    private final CharacterSink sink;

    private final int[] first = new int[FIRST];
    private final long[] firstStarts = new long[FIRST];
    private final long[] firstEnds = new long[FIRST];
    private int gathered;
    private @Nullable Decoder decoder;
    /** True for content that {@link WideReader} reads in another charset. */
    private boolean isUncertain;

    /** The handling of octets that are invalid in the charset. */
    enum Strictness {
        /** Invalid octets are refused. */
        TEXT,
        /** Invalid octets are refused, and the stated charset is ignored, since JSON is in UTF-8, UTF-16 or UTF-32. */
        JSON,
        /** Invalid octets are refused, and so are UTF-16 and UTF-32, since events are in UTF-8 (WHATWG HTML §9.2.5). */
        EVENTS,
        /** Invalid octets pass as {@link LogicalText#BROKEN}. */
        ANY
    }

    /**
     * Creates a reader.
     *
     * @param stated the charset that the content type states
     */
    CharsetReader(Optional<String> stated, Strictness strictness, CharacterSink sink) {
        this.stated = stated.map(name -> name.strip().toLowerCase(Locale.ROOT));
        this.strictness = strictness;
        this.sink = sink;
    }

    /** Creates a reader of UTF-8 that expects no byte order mark. */
    static CharsetReader utf8(CharacterSink sink) {
        CharsetReader reader = new CharsetReader(Optional.empty(), Strictness.TEXT, sink);
        reader.decoder = new Utf8Decoder(sink, false);
        return reader;
    }

    /** Returns a replacement text in the charset of the content; empty if the charset is not certain. */
    Optional<byte[]> spell(String text) {
        Charset charset = decoder == null ? StandardCharsets.UTF_8 : decoder.charset();
        return isUncertain ? Optional.empty() : Optional.of(text.getBytes(charset));
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        if (decoder != null) {
            decoder.take(octet, start, end);
            return;
        }
        first[gathered] = octet;
        firstStarts[gathered] = start;
        firstEnds[gathered] = end;
        if (++gathered == FIRST) {
            begin();
        }
    }

    @Override
    public void end() throws ContentException {
        if (decoder == null) {
            begin();
        }
        if (decoder != null) {
            decoder.end();
        }
        sink.end();
    }

    @Override
    public long undecidedFrom() {
        if (decoder == null) {
            return gathered == 0 ? Long.MAX_VALUE : firstStarts[0];
        }
        return Math.min(decoder.undecidedFrom(), sink.undecidedFrom());
    }

    private void begin() throws ContentException {
        if (Arrays.equals(first, EBCDIC)) {
            throw ContentException.of(ContentFault.UNKNOWN_CHARSET);
        }
        Mark mark = Mark.of(first, gathered);
        Decoder chosen = choose(mark);
        decoder = chosen;
        for (int i = mark.octets(); i < gathered; i++) {
            chosen.take(first[i], firstStarts[i], firstEnds[i]);
        }
    }

    private Decoder choose(Mark mark) throws ContentException {
        boolean any = strictness == Strictness.ANY;
        String name = stated.orElse("");
        boolean wideStated = name.startsWith("utf-16") || name.startsWith("utf-32");
        Optional<Charset> wide = mark.wide();
        require(strictness != Strictness.EVENTS || wide.isEmpty());
        if (wide.isPresent() && (mark.octets() > 0 || wideStated || strictness == Strictness.JSON)) {
            require(any || strictness == Strictness.JSON || name.isEmpty() || fits(name, wide.get()));
            return new WideDecoder(sink, wide.get(), any);
        }
        require(any || wide.isEmpty());
        isUncertain = wide.isPresent();
        if (strictness == Strictness.JSON
                || strictness == Strictness.EVENTS
                || any
                || mark.octets() > 0
                || isUtf8(name)) {
            return new Utf8Decoder(sink, any);
        }
        require(!wideStated || gathered == 0);
        return gathered == 0 ? new Utf8Decoder(sink, any) : new SingleDecoder(sink, single(name));
    }

    private static void require(boolean agrees) throws ContentException {
        if (!agrees) {
            throw ContentException.of(ContentFault.UNDECODABLE);
        }
    }

    /**
     * Returns whether the detected charset matches the stated name. A name such as {@code utf-16} permits both byte
     * orders.
     */
    private static boolean fits(String name, Charset wide) {
        String is = wide.name().toLowerCase(Locale.ROOT);
        return is.equals(name) || (name.length() == "utf-16".length() && is.startsWith(name));
    }

    private static boolean isUtf8(String name) {
        return name.isEmpty() || name.equals("utf-8") || name.equals("utf8") || name.equals("us-ascii");
    }

    /**
     * Returns whether a charset with the given name may use one octet for each character. False for UTF charsets, and
     * for US-ASCII, which is read as UTF-8.
     */
    static boolean isSingle(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return !isUtf8(lower) && !lower.startsWith("utf-");
    }

    private static Charset single(String name) throws ContentException {
        try {
            Charset charset = Charset.forName(name);
            boolean single = charset.canEncode()
                    && charset.newEncoder().maxBytesPerChar() == 1.0f
                    && new String(new byte[] {'a'}, charset).equals("a");
            if (single) {
                return charset;
            }
        } catch (IllegalCharsetNameException | UnsupportedCharsetException none) {
            // Refused like a charset with several octets for a character.
        }
        throw ContentException.of(ContentFault.UNKNOWN_CHARSET);
    }

    /**
     * The charset that the first octets indicate.
     *
     * @param octets length of the byte order mark; 0 if there is none
     * @param wide UTF-16 or UTF-32, if indicated
     */
    record Mark(int octets, Optional<Charset> wide) {
        static Mark of(int[] first, int length) {
            int a = length > 0 ? first[0] : 1;
            int b = length > 1 ? first[1] : 1;
            int c = length > 2 ? first[2] : 1;
            int d = length > 3 ? first[3] : 1;
            if (a == 0 && b == 0 && c == 0xFE && d == 0xFF) {
                return new Mark(4, Optional.of(StandardCharsets.UTF_32BE));
            }
            if (a == 0xFF && b == 0xFE) {
                return c == 0 && d == 0
                        ? new Mark(4, Optional.of(StandardCharsets.UTF_32LE))
                        : new Mark(2, Optional.of(StandardCharsets.UTF_16LE));
            }
            if (a == 0xFE && b == 0xFF) {
                return new Mark(2, Optional.of(StandardCharsets.UTF_16BE));
            }
            if (a == 0xEF && b == 0xBB && c == 0xBF) {
                return new Mark(3, Optional.empty());
            }
            if (a == 0) {
                return new Mark(0, Optional.of(b == 0 ? StandardCharsets.UTF_32BE : StandardCharsets.UTF_16BE));
            }
            if (b == 0) {
                return new Mark(
                        0, Optional.of(c == 0 && d == 0 ? StandardCharsets.UTF_32LE : StandardCharsets.UTF_16LE));
            }
            return new Mark(0, Optional.empty());
        }
    }
}

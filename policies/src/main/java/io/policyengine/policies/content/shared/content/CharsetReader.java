package io.policyengine.policies.content.shared.content;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads octets as characters. The charset is that of a byte order mark, else UTF-16 or UTF-32 where the zeros of the first octets show it,
 * else the stated one if it has one octet for a character, else UTF-8. Where what is stated and what is there differ, one of the next
 * servers reads other characters than another: that is refused, as are octets that are no character.
 *
 * <p>What need not be text, as an image, is read as UTF-8 as far as it is that; the other octets are {@link LogicalText#BROKEN}.
 */
final class CharsetReader implements OctetSink {
    /** The octets of a byte order mark, or of the zeros that show a charset. */
    private static final int FIRST = 4;

    private final Optional<String> stated;
    private final Strictness strictness;
    private final CharacterSink sink;

    private final int[] first = new int[FIRST];
    private final long[] firstStarts = new long[FIRST];
    private final long[] firstEnds = new long[FIRST];
    private int gathered;
    private @Nullable Decoder decoder;

    /** The ways to handle octets that are no characters. */
    enum Strictness {
        /** Such octets are refused. */
        TEXT,
        /** Such octets are refused, and the stated charset does not count: JSON is in UTF-8, UTF-16 or UTF-32. */
        JSON,
        /** Such octets are refused, and so is all that begins like UTF-16 or UTF-32: events are in UTF-8 (WHATWG HTML §9.2.5). */
        EVENTS,
        /** Such octets stay what they are. */
        ANY
    }

    /**
     * A reader.
     *
     * @param stated the charset as the content type states it
     */
    CharsetReader(Optional<String> stated, Strictness strictness, CharacterSink sink) {
        this.stated = stated.map(name -> name.strip().toLowerCase(Locale.ROOT));
        this.strictness = strictness;
        this.sink = sink;
    }

    /** A reader of UTF-8, without a byte order mark. */
    static CharsetReader utf8(CharacterSink sink) {
        CharsetReader reader = new CharsetReader(Optional.empty(), Strictness.TEXT, sink);
        reader.decoder = new Utf8Decoder(sink, false);
        return reader;
    }

    /** The charset in which what stands in place of a text is written. */
    Charset charset() {
        return decoder == null ? StandardCharsets.UTF_8 : decoder.charset();
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

    /** {@code utf-16} may be either. */
    private static boolean fits(String name, Charset wide) {
        String is = wide.name().toLowerCase(Locale.ROOT);
        return is.equals(name) || (name.length() == "utf-16".length() && is.startsWith(name));
    }

    private static boolean isUtf8(String name) {
        return name.isEmpty() || name.equals("utf-8") || name.equals("utf8") || name.equals("us-ascii");
    }

    /** True if a charset of this name may have one octet for each character: it is not of UTF. */
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
            // As one that has several octets for a character.
        }
        throw ContentException.of(ContentFault.UNKNOWN_CHARSET);
    }

    /**
     * The charset that the first octets show.
     *
     * @param octets of the byte order mark
     * @param wide UTF-16 or UTF-32 if they show it
     */
    private record Mark(int octets, Optional<Charset> wide) {
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

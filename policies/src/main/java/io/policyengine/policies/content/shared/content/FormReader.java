package io.policyengine.policies.content.shared.content;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads {@code application/x-www-form-urlencoded}, the form of queries too: names and values are texts, in percent-encoded UTF-8. */
final class FormReader implements OctetSink {
    private static final int MAX_NAME = 64;
    private static final Spelling SPELLING = Spelling.percent();

    private final Texts texts;
    private final StringBuilder name = new StringBuilder();
    private @Nullable CharsetReader part;
    private boolean inValue;

    /** Of an escape that is under way: its length so far, and where it begins. */
    private int escape;

    private int escaped;
    private final int[] raw = new int[3];
    private final long[] rawStarts = new long[3];
    private final long[] rawEnds = new long[3];

    FormReader(Texts texts) {
        this.texts = texts;
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        if (escape > 0) {
            inEscape(octet, start, end);
        } else if (octet == '%') {
            keep(octet, start, end);
            escaped = 0;
        } else {
            plain(octet, start, end);
        }
    }

    private void keep(int octet, long start, long end) {
        raw[escape] = octet;
        rawStarts[escape] = start;
        rawEnds[escape] = end;
        escape++;
    }

    private void inEscape(int octet, long start, long end) throws ContentException {
        int digit = octet < 0x80 ? Character.digit(octet, 16) : -1;
        if (digit < 0) {
            notEscaped();
            take(octet, start, end);
            return;
        }
        escaped = (escaped << 4) | digit;
        keep(octet, start, end);
        if (escape == raw.length) {
            escape = 0;
            give(escaped, rawStarts[0], end);
        }
    }

    /** A percent sign that begins no escape stands for itself. */
    private void notEscaped() throws ContentException {
        int length = escape;
        escape = 0;
        for (int i = 0; i < length; i++) {
            plain(raw[i], rawStarts[i], rawEnds[i]);
        }
    }

    private void plain(int octet, long start, long end) throws ContentException {
        if (octet == '&') {
            endPart();
            name.setLength(0);
            inValue = false;
        } else if (octet == '=' && !inValue) {
            endPart();
            inValue = true;
        } else {
            give(octet == '+' ? ' ' : octet, start, end);
        }
    }

    private void give(int octet, long start, long end) throws ContentException {
        if (!inValue && name.length() < MAX_NAME) {
            name.append((char) octet);
        }
        if (part == null) {
            TextPlace place = inValue
                    ? TextPlace.of(TextPlace.Kind.FORM_VALUE, nameOfField())
                    : TextPlace.of(TextPlace.Kind.FORM_NAME, "");
            part = CharsetReader.utf8(Channel.begin(texts, place, SPELLING, 1));
        }
        part.take(octet, start, end);
    }

    private String nameOfField() {
        return new String(name.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private void endPart() throws ContentException {
        if (part != null) {
            part.end();
            part = null;
        }
    }

    @Override
    public void end() throws ContentException {
        notEscaped();
        endPart();
    }

    @Override
    public long undecidedFrom() {
        long first = escape > 0 ? rawStarts[0] : Long.MAX_VALUE;
        return part == null ? first : Math.min(first, part.undecidedFrom());
    }
}

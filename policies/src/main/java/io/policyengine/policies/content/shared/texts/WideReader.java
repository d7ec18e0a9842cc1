package io.policyengine.policies.content.shared.texts;

import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads content that need not be text as UTF-16 or UTF-32, in addition to {@link CharsetReader}. Only reads content
 * without a byte order mark in which zeros among the first octets indicate one of these encodings (RFC 4627 §3).
 */
final class WideReader implements OctetSink {
    /** Number of octets whose zeros indicate a charset. */
    private static final int FIRST = 4;

    private final Structured structured;
    private final int[] first = new int[FIRST];
    private final long[] starts = new long[FIRST];
    private final long[] ends = new long[FIRST];
    private int gathered;
    private boolean isDecided;
    private @Nullable Decoder decoder;
    private @Nullable CharacterSink sink;

    /** Creates the reader of the decoded characters. */
    @FunctionalInterface
    interface Structured {
        /**
         * Creates a reader of content.
         *
         * @param charset of the content
         */
        CharacterSink in(Charset charset) throws ContentException;
    }

    WideReader(Structured structured) {
        this.structured = structured;
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        if (decoder != null) {
            decoder.take(octet, start, end);
        } else if (!isDecided) {
            first[gathered] = octet;
            starts[gathered] = start;
            ends[gathered] = end;
            if (++gathered == FIRST) {
                decide();
            }
        }
    }

    private void decide() throws ContentException {
        isDecided = true;
        CharsetReader.Mark mark = CharsetReader.Mark.of(first, gathered);
        Optional<Charset> wide = mark.wide();
        if (wide.isEmpty() || mark.octets() > 0) {
            return;
        }
        CharacterSink begun = structured.in(wide.get());
        Decoder chosen = new WideDecoder(begun, wide.get(), true);
        sink = begun;
        decoder = chosen;
        for (int i = 0; i < gathered; i++) {
            chosen.take(first[i], starts[i], ends[i]);
        }
    }

    @Override
    public void end() throws ContentException {
        if (!isDecided) {
            decide();
        }
        if (decoder != null) {
            decoder.end();
        }
        if (sink != null) {
            sink.end();
        }
    }

    @Override
    public long undecidedFrom() {
        if (!isDecided) {
            return gathered == 0 ? Long.MAX_VALUE : starts[0];
        }
        long ofDecoder = decoder == null ? Long.MAX_VALUE : decoder.undecidedFrom();
        return sink == null ? ofDecoder : Math.min(ofDecoder, sink.undecidedFrom());
    }
}

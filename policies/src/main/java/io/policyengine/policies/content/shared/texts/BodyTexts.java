package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.work.StopSignal;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * Reads one body in pieces of any length, and passes its texts to a policy. Bytes pass in order, up to the first byte
 * of an undecided text.
 *
 * <p>Holds the undecided bytes, plus 20 bytes for each of their characters, or 60 for each character of an event. A
 * body is refused if more than {@code maxHeld} of its bytes are held. Also holds a few machine words for each level of
 * structure, and about 2 KiB for each text that has not ended. At most 256 texts are open at once. Time is linear in
 * the bytes, in addition to the time of the policy's readers.
 */
public final class BodyTexts {
    /** Octets that are read between two checks of the stop signal. */
    private static final int STEP = 16 << 10;

    private final Passage passage = new Passage();
    private final StreamShape stream = new StreamShape();
    private final Texts texts;
    private final ContentShape shape;
    private final long maxHeld;
    private OctetSink reader = OctetSink.all(List.of());
    private boolean begun;
    private boolean edited;

    /**
     * Creates a reader of a body before its first byte.
     *
     * @param maxHeld maximum bytes held back after a call; with more, the body is refused
     */
    public BodyTexts(ContentShape shape, TextReader.Factory readers, long maxHeld) {
        this.shape = shape;
        this.texts = new Texts(readers, passage);
        this.maxHeld = maxHeld;
    }

    /** Reads the next bytes. Must not be called again after an outcome other than {@link BodyOutcome.Passed}. */
    public BodyOutcome take(byte[] bytes, boolean last, StopSignal stop) {
        try {
            if (!begun) {
                begun = true;
                reader = new ShapeReaders(texts, stream).ofBody(shape);
            }
            return passed(bytes, last, stop);
        } catch (ContentException end) {
            return end.outcome(passage.releaseDecided());
        }
    }

    private BodyOutcome passed(byte[] bytes, boolean last, StopSignal stop) throws ContentException {
        boolean heldBefore = passage.held() > 0;
        long position = passage.end();
        passage.append(bytes);
        for (int at = 0; at < bytes.length; at += STEP) {
            stop.check();
            int to = Math.min(bytes.length, at + STEP);
            for (int i = at; i < to; i++) {
                reader.take(bytes[i] & 0xFF, position + i, position + i + 1);
            }
        }
        if (last) {
            reader.end();
        }
        texts.flush();
        edited |= passage.isEdited();
        Buffer data = passage.release(last ? passage.end() : decided(), last);
        if (passage.held() > maxHeld) {
            throw ContentException.of(ContentFault.HELD_TOO_MUCH);
        }
        Buffer held = passage.heldOctets();
        return new BodyOutcome.Passed(data, held, edited || heldBefore || held.length() > 0);
    }

    private long decided() {
        return Math.min(passage.end(), Math.min(reader.undecidedFrom(), texts.undecidedFrom()));
    }

    /**
     * Returns the estimated bytes of memory kept until later bytes of the body arrive. Must not be called while bytes
     * are being read.
     */
    public long heldBytes() {
        return passage.heldBytes() + texts.heldBytes();
    }

    /** Returns whether any text of the body has been replaced. */
    public boolean isEdited() {
        return edited;
    }

    /** Returns the event that ends a denied stream of server-sent events; empty for any other body. */
    public Optional<StreamDenial> streamDenial() {
        return stream.areEvents() ? Optional.of(stream.denial()) : Optional.empty();
    }
}

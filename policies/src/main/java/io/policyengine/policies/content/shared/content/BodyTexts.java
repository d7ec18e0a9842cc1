package io.policyengine.policies.content.shared.content;

import io.policyengine.core.work.StopSignal;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/**
 * Reads one body as its bytes come, wherever they are cut, and shows a policy its texts. The bytes go on in their order as far as every text
 * that they stand for is decided.
 *
 * <p>Holds what is not decided and 20 bytes for each of its characters, 60 in an event: of a stream at most {@code maxHeld} bytes, beyond which the body is
 * refused; and few words for each level and each open text, of which there are at most 1,000. Time is linear in the bytes, beside what the
 * readers take.
 */
public final class BodyTexts {
    /** Octets between two questions whether to go on. */
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
     * Before the first byte.
     *
     * @param maxHeld most bytes that are held back
     */
    public BodyTexts(ContentShape shape, TextReader.Factory readers, long maxHeld) {
        this.shape = shape;
        this.texts = new Texts(readers, passage);
        this.maxHeld = maxHeld;
    }

    /** Takes the next bytes. After another outcome than {@link BodyOutcome.Passed} it is of no further use. */
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

    /** Bytes of memory that it keeps for the bytes to come, by estimate. To be asked while it takes none. */
    public long heldBytes() {
        return passage.heldBytes() + texts.heldBytes();
    }

    /** True if anything of the body has been replaced. */
    public boolean isEdited() {
        return edited;
    }

    /** The event that ends a stream of server-sent events which is denied; empty if the body is none, as far as it has come. */
    public Optional<StreamDenial> streamDenial() {
        return stream.areEvents() ? Optional.of(stream.denial()) : Optional.empty();
    }
}

package io.policyengine.policies.content.shared.texts;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Reads the texts of one body, whole or chunk by chunk. Large bodies and chunks are read outside the event loop. */
public final class BodyInspection {
    /** Estimated bytes of heap for each byte of a body: copies that are held or passed on, and undecided characters. */
    private static final int PER_BYTE = 8;

    /**
     * Estimated bytes of heap for each byte of the longest event. Its characters and their positions are held as a
     * line, as data and as strings.
     */
    private static final int PER_BYTE_OF_AN_EVENT = 48;

    /** Maximum new bytes that are read on the event loop. Reading them takes about two milliseconds. */
    private static final int LARGE = 16 << 10;

    /** Maximum bytes of a chunk, together with the bytes held before it, that are read on the event loop. */
    private static final int LARGE_HELD = 64 << 10;

    private static final BodyOutcome UNREAD = new BodyOutcome.Denied(Buffer.buffer());
    private static final Future<BodyOutcome> PASSED =
            Future.succeededFuture(new BodyOutcome.Passed(Buffer.buffer(), Buffer.buffer(), false));

    private final PolicyEnvironment env;
    private final BodyTexts texts;
    private final boolean observes;
    private int held;
    private boolean over;

    /**
     * Creates an inspection of a body before its first byte.
     *
     * @param observes true if the body passes unchanged, whatever it contains
     */
    public BodyInspection(PolicyEnvironment env, BodyTexts texts, boolean observes) {
        this.env = env;
        this.texts = texts;
        this.observes = observes;
    }

    /**
     * Reads a body or its next chunk. A chunk begins with the octets of the previous chunk that were held back.
     *
     * @param last true at the end of the body
     * @return the outcome; fails with a {@link PolicyException} of a reader
     */
    public Future<BodyOutcome> take(Call call, Buffer chunk, boolean last) {
        if (over) {
            return PASSED;
        }
        byte[] fresh = chunk.getBytes(held, chunk.length());
        Future<BodyOutcome> outcome = fresh.length > LARGE || chunk.length() > LARGE_HELD
                ? env.offLoop(call, work(chunk.length()), stop -> texts.take(fresh, last, stop))
                        .recover(BodyInspection::refused)
                : now(fresh, last);
        return observes ? outcome.compose(this::observed, _ -> observed(UNREAD)) : outcome.onSuccess(this::keep);
    }

    /** Converts a lack of memory to a refusal of the body, since the body causes it, not the policy. */
    private static Future<BodyOutcome> refused(Throwable failure) {
        return failure instanceof TooMuchMemoryException
                ? Future.succeededFuture(new BodyOutcome.Refused(ContentFault.TOO_COMPLEX, Buffer.buffer()))
                : Future.failedFuture(failure);
    }

    private static Work work(int length) {
        long event = Math.min(length, EventTexts.MAX_EVENT);
        return Work.onBody(length, (long) PER_BYTE * length + PER_BYTE_OF_AN_EVENT * event);
    }

    private Future<BodyOutcome> now(byte[] fresh, boolean last) {
        try {
            return Future.succeededFuture(texts.take(fresh, last, () -> false));
        } catch (PolicyException expected) {
            return Future.failedFuture(expected);
        }
    }

    /** Passes the body regardless of what the readers decide. Stops reading it once it is denied or refused. */
    private Future<BodyOutcome> observed(BodyOutcome outcome) {
        over = !(outcome instanceof BodyOutcome.Passed);
        return PASSED;
    }

    private void keep(BodyOutcome outcome) {
        held = outcome instanceof BodyOutcome.Passed passed ? passed.held().length() : 0;
    }

    /**
     * Returns the estimated bytes of memory held for the next chunk. Must not be called while a chunk is being read.
     */
    long heldBytes() {
        return over ? 0 : texts.heldBytes();
    }

    public BodyTexts texts() {
        return texts;
    }
}

package io.policyengine.policies.content.shared.content;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The reading of one body in its exchange: whole, or chunk by chunk as the engine hands them over, large ones off the event loop. */
public final class BodyInspection {
    /** Bytes of the heap for each byte: what is held, what goes on, and what of it is not decided. */
    private static final int PER_BYTE = 8;

    /**
     * The memory for each byte of the longest event: its characters and their places, as a line, as data, and as
     * strings.
     */
    private static final int PER_BYTE_OF_AN_EVENT = 48;

    /** Bytes that are read on the event loop at most: some two milliseconds. */
    private static final int LARGE = 16 << 10;

    /** The memory of all that is held, since an event is read when it is whole. */
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
     * Before the first byte.
     *
     * @param observes true if the body passes as it comes, whatever is in it
     */
    public BodyInspection(PolicyEnvironment env, BodyTexts texts, boolean observes) {
        this.env = env;
        this.texts = texts;
        this.observes = observes;
    }

    /**
     * Takes a body, or the next chunk of it with what was held back in front.
     *
     * @param last true if the body ends with it
     * @return fails with a {@link PolicyException} of a reader
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

    /** A body that takes more memory than there is for such work is at fault itself, not the policy. */
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

    /** A body that cannot be read is not read on. */
    private Future<BodyOutcome> observed(BodyOutcome outcome) {
        over = !(outcome instanceof BodyOutcome.Passed);
        return PASSED;
    }

    private void keep(BodyOutcome outcome) {
        held = outcome instanceof BodyOutcome.Passed passed ? passed.held().length() : 0;
    }

    /** Bytes of memory that it keeps for the next chunk, by estimate. To be asked between two chunks. */
    long heldBytes() {
        return over ? 0 : texts.heldBytes();
    }

    /** The texts that it reads. */
    public BodyTexts texts() {
        return texts;
    }
}

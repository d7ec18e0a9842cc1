package io.policyengine.policies.content;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.Work;
import io.policyengine.policies.replace.Replacements;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** The reading of one body in its exchange: whole, or chunk by chunk as the engine hands them over, large ones off the event loop. */
public final class BodyInspection {
    /** Bytes of the heap for each byte of a body: its characters, their places, and what goes on. */
    private static final int PER_BYTE = 24;

    private final PolicyEnvironment env;
    private final BodyTexts texts;
    private int held;

    /** Before the first byte. */
    public BodyInspection(PolicyEnvironment env, BodyTexts texts) {
        this.env = env;
        this.texts = texts;
    }

    /**
     * Takes a body, or the next chunk of it with what was held back in front.
     *
     * @param last true if the body ends with it
     */
    public Future<BodyOutcome> take(Call call, Buffer chunk, boolean last) {
        byte[] fresh = chunk.getBytes(held, chunk.length());
        Future<BodyOutcome> outcome = fresh.length > Replacements.LARGE
                ? env.offLoop(
                        call,
                        Work.onBody(fresh.length, (long) PER_BYTE * fresh.length),
                        stop -> texts.take(fresh, last, stop))
                : Future.succeededFuture(texts.take(fresh, last, () -> false));
        return outcome.onSuccess(this::keep);
    }

    private void keep(BodyOutcome outcome) {
        held = outcome instanceof BodyOutcome.Passed passed ? passed.held().length() : 0;
    }

    /** The texts that it reads. */
    public BodyTexts texts() {
        return texts;
    }
}

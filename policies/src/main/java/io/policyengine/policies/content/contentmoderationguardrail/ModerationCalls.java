package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.Work;
import io.policyengine.policies.content.contentmoderationguardrail.callout.ModerationInput;
import io.policyengine.policies.content.contentmoderationguardrail.callout.ModerationProtocol;
import io.policyengine.policies.content.contentmoderationguardrail.callout.ModerationVerdict;
import io.policyengine.policies.content.shared.texts.BodyOutcome;
import io.policyengine.policies.content.shared.texts.BodyTexts;
import io.policyengine.policies.content.shared.texts.ContentShape;
import io.policyengine.policies.content.shared.texts.StreamDenial;
import io.policyengine.policies.format.replace.Replacements;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests verdicts on one message from other servers. The body is read twice: first to collect windows, and later by
 * the reader that applies the verdicts. Each window is held until its verdict is requested. Sends at most
 * {@code max_callout_windows} windows.
 */
final class ModerationCalls {
    /** Bytes of heap for each byte of a body whose windows are collected. */
    private static final int PER_BYTE = 24;

    private final PolicyEnvironment env;
    private final Guardrail guardrail;
    private final Call call;
    private final ModerationProtocol.Subject subject;
    private final Windows windows;
    private final BodyTexts texts;
    private final int maxWindows;
    private int asked;
    private boolean over;

    ModerationCalls(
            PolicyEnvironment env,
            Guardrail guardrail,
            Call call,
            boolean isRequest,
            ContentShape shape,
            int maxWindows) {
        this.env = env;
        this.guardrail = guardrail;
        this.call = call;
        this.subject = new ModerationProtocol.Subject(call.requestId(), isRequest);
        this.windows = new Windows(guardrail.windows());
        this.texts = new BodyTexts(shape, windows, Long.MAX_VALUE);
        this.maxWindows = maxWindows;
    }

    /** Reports that a message has more windows than other servers may judge. Expected, so it has no stack trace. */
    static final class TooManyWindowsException extends Exception {
        private static final long serialVersionUID = 1L;

        TooManyWindowsException() {
            super("too many windows", null, false, false);
        }
    }

    /**
     * Reads further octets and requests verdicts on the windows that they complete.
     *
     * @param fresh octets that have not been read before
     * @return the verdicts of each check
     */
    Future<List<List<ModerationVerdict>>> ask(byte[] fresh, boolean last) {
        return read(fresh, last).compose(_ -> {
            List<ModerationInput> parts = windows.take();
            asked += parts.size();
            return asked > maxWindows ? Future.failedFuture(new TooManyWindowsException()) : verdicts(parts);
        });
    }

    private Future<Void> read(byte[] fresh, boolean last) {
        if (over) {
            return Future.succeededFuture();
        }
        Future<BodyOutcome> outcome = fresh.length > Replacements.LARGE
                ? env.offLoop(
                        call,
                        Work.onBody(fresh.length, (long) PER_BYTE * fresh.length),
                        stop -> texts.take(fresh, last, stop))
                : now(fresh, last);
        return outcome.map(taken -> {
            // The reader that applies the verdicts refuses the body.
            over = !(taken instanceof BodyOutcome.Passed);
            return null;
        });
    }

    private Future<BodyOutcome> now(byte[] fresh, boolean last) {
        try {
            return Future.succeededFuture(texts.take(fresh, last, () -> false));
        } catch (PolicyException expected) {
            return Future.failedFuture(expected);
        }
    }

    private Future<List<List<ModerationVerdict>>> verdicts(List<ModerationInput> parts) {
        List<Future<List<ModerationVerdict>>> all = new ArrayList<>();
        guardrail.asked().forEach(asking -> all.add(asking.check().ask(call, subject, parts)));
        return Future.all(all).map(done -> done.<List<ModerationVerdict>>list());
    }

    /** Returns the estimated bytes of memory held for later octets. Must not be called while octets are being read. */
    long heldBytes() {
        return texts.heldBytes();
    }

    /**
     * Returns the format of a denial event that can end the body early; empty if the body is not a stream of events.
     */
    Optional<StreamDenial> streamDenial() {
        return texts.streamDenial();
    }
}

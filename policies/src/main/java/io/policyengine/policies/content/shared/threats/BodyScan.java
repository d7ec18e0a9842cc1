package io.policyengine.policies.content.shared.threats;

import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.TooMuchMemoryException;
import io.policyengine.core.work.Work;
import io.policyengine.policies.format.multipart.MultipartFault;
import io.policyengine.policies.format.parts.OctetScan;
import io.policyengine.policies.format.parts.PartScan;
import io.policyengine.policies.format.replace.Replacements;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Scans one body as it arrives, both as a whole and part by part. Each of these scans receives all bytes of the body.
 *
 * @param <F> the fault that refuses the body
 */
public abstract class BodyScan<F extends Exception> {
    /** Bytes that are scanned between two checks of the stop signal. */
    private static final int STEP = 64 << 10;

    private final PolicyEnvironment env;
    private final OctetScan<F> whole;
    private final List<PartScan<F>> parts;
    private boolean begun;

    protected BodyScan(PolicyEnvironment env, OctetScan<F> whole, List<PartScan<F>> parts) {
        this.env = env;
        this.whole = whole;
        this.parts = parts;
    }

    /** A step of a scan. */
    @FunctionalInterface
    protected interface Step<E extends Exception> {
        /**
         * Scans some bytes.
         *
         * @throws E if the bytes must be refused
         * @throws MultipartFault if servers may find different parts in the bytes
         */
        void run() throws E, MultipartFault;
    }

    /** Runs a step of a scan; returns the denial for its fault, or null if there is no fault. */
    protected abstract @Nullable ImmediateResponse denialOf(Step<F> step);

    /** Returns the denial of a body that cannot be scanned for lack of memory. */
    protected abstract ImmediateResponse withoutMemory();

    /** Returns the bytes of heap that a copy of the body and all its scans need. */
    protected abstract long heapBytes(long length);

    /** Returns the number of scans of the body's parts. */
    protected final int parts() {
        return parts.size();
    }

    /** Scans the next bytes. Returns a denial if they have a fault or if memory is lacking; otherwise empty. */
    final Future<Optional<ImmediateResponse>> take(Call call, Buffer bytes, boolean last) {
        boolean passes = parts.isEmpty() && whole.isOther();
        if (passes || (!begun && bytes.length() == 0)) {
            return Future.succeededFuture(Optional.empty());
        }
        begun = true;
        if (bytes.length() > Replacements.LARGE) {
            return env.offLoop(
                            call,
                            Work.onBody(bytes.length(), heapBytes(bytes.length())),
                            stop -> Optional.ofNullable(scan(bytes.getBytes(), last, stop)))
                    .recover(failure -> failure instanceof TooMuchMemoryException
                            ? Future.succeededFuture(Optional.of(withoutMemory()))
                            : Future.failedFuture(failure));
        }
        return Future.succeededFuture(Optional.ofNullable(scan(bytes.getBytes(), last, () -> false)));
    }

    private @Nullable ImmediateResponse scan(byte[] bytes, boolean last, StopSignal stop) {
        return denialOf(() -> {
            for (int at = 0; at < bytes.length; at += STEP) {
                stop.check();
                int end = Math.min(bytes.length, at + STEP);
                whole.take(bytes, at, end);
                for (PartScan<F> part : parts) {
                    part.take(bytes, at, end);
                }
            }
            if (last) {
                end();
            }
        });
    }

    private void end() throws F, MultipartFault {
        whole.end();
        for (PartScan<F> part : parts) {
            part.end();
        }
    }

    /** Returns the estimated bytes of memory that the scans hold for later bytes. */
    final long heldBytes() {
        long all = whole.heldBytes();
        for (PartScan<F> part : parts) {
            all += part.heldBytes();
        }
        return all;
    }
}

package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.kernel.account.MemoryReservation;
import io.policyengine.kernel.account.NativeWindows;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import org.jspecify.annotations.Nullable;

/**
 * The operations that bodies require of their exchange. The message that a body belongs to is its {@link BodyOwner}.
 */
public interface BodyHost {
    /** Answers Envoy, unless the exchange already has its final answer. */
    void write(EnvoyAnswer answer);

    /** Answers the client with an error of the engine, unless the exchange already has its final answer. */
    void refuse(ErrorCode code, String reason);

    /**
     * Answers the client with the response of a policy that read a chunk, unless the exchange already has its final
     * answer.
     */
    void deny(ImmediateResponse response, String deniedBy);

    /**
     * Answers the client with an error that has already been logged, unless the exchange already has its final answer.
     * Envoy resets a response in progress.
     */
    void fail(ErrorCode code, String failedAt);

    /** Ends the exchange because Envoy violated the protocol. */
    void violate(String problem);

    /** Begins a part of a chain. Returns the deadline of that part, on the ticker. */
    long beginPhase();

    /** Continues with {@code next} after work off the event loop, unless the exchange is over. */
    void resume(Runnable next);

    /**
     * Reserves memory for bytes of a body that no message's reservation counts. If no memory is free, refuses the
     * exchange and returns null.
     */
    @Nullable
    MemoryReservation holdBody(long bytes);

    /**
     * Creates the memory window of a decoder or an encoder. {@code max} is the maximum bytes of all windows of the
     * process.
     */
    NativeWindows.Window newWindow(long max);

    /** Releases the reservation of a message once the answer to it has been sent or never will be. */
    void releaseWhenWritten(MemoryReservation answered);
}

package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.NativeWindows;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import org.jspecify.annotations.Nullable;

/** The exchange as its bodies use it; {@link BodyOwner} is the message that a body belongs to. */
public interface BodyHost {
    /** Answers Envoy, unless the exchange is decided. */
    void write(EnvoyAnswer answer);

    /** Answers the client with an error of the engine, unless the exchange is decided. */
    void refuse(ErrorCode code, String reason);

    /** Answers the client with the response of a policy that read a chunk, unless the exchange is decided. */
    void deny(ImmediateResponse response, String deniedBy);

    /** Answers the client with a logged error, unless the exchange is decided. Envoy resets a response in progress. */
    void fail(ErrorCode code, String failedAt);

    /** Ends the exchange because the peer violates the protocol. */
    void violate(String problem);

    /** Begins a part of a chain; returns its deadline, on the ticker. */
    long beginPhase();

    /** Continues after work off the event loop, unless the exchange is over. */
    void resume(Runnable next);

    /** Reserves bytes of a body that no message counts. If there is no room, refuses the exchange and returns null. */
    @Nullable
    Held holdBody(long bytes);

    /** Creates the window of a decoder or an encoder; {@code max} limits the bytes of all windows of the process. */
    NativeWindows.Window newWindow(long max);

    /** Releases the reservation of a message once its answer has been sent or never will be. */
    void releaseWhenWritten(Held answered);
}

package io.policyengine.kernel.body;

import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.NativeWindows;
import io.policyengine.kernel.envoy.EnvoyAnswer;
import org.jspecify.annotations.Nullable;

/** The port through which a body asks its exchange for what is not its own; {@link BodyOwner} is the message that it belongs to. */
public interface BodyHost {
    /** Answers Envoy, unless the exchange is decided. */
    void write(EnvoyAnswer answer);

    /** Answers the client with an error of the engine's, unless the exchange is decided. */
    void refuse(ErrorCode code, String reason);

    /** Answers the client as a policy that was shown a chunk says, unless the exchange is decided. */
    void deny(ImmediateResponse response, String deniedBy);

    /**
     * Answers the client with an error, already logged, unless the exchange is decided. A response in progress is
     * aborted: Envoy resets it.
     */
    void fail(ErrorCode code, String failedAt);

    /** Ends the exchange: the peer breaks the protocol. */
    void violate(String problem);

    /** Begins a part of a chain; returns its deadline, on the ticker. */
    long beginPhase();

    /** Goes on after work off the event loop, unless the exchange is over. */
    void resume(Runnable next);

    /** Holds bytes of a body that no message counts; null if there is no room for them, and the exchange is refused. */
    @Nullable
    Held holdBody(long bytes);

    /** A window of a decoder or an encoder of the exchange's bodies, of which all together hold at most so many bytes. */
    NativeWindows.Window newWindow(long max);

    /** Releases what a message held, when its answer, which takes its place, has left or never will. */
    void releaseWhenWritten(Held answered);
}

package io.policyengine.kernel.extproc;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.body.BodyHost;
import io.policyengine.kernel.envoy.EnvoyMessage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operations that the two directions, and their bodies, require of the exchange. */
interface DirectionHost extends BodyHost {
    /** Returns whether the exchange has no final answer or outcome yet. */
    boolean isOpen();

    /** Returns whether Envoy reads answers more slowly than they are written. */
    boolean isBehind();

    /** Calls {@code next} as soon as Envoy has read enough of the answers, unless the exchange is over. */
    void whenTaken(Runnable next);

    /**
     * Drops a message that requires no answer.
     *
     * @param what description for the log
     */
    void ignore(EnvoyMessage message, String what);

    /** Stops reading from Envoy, which then has to wait before it sends more. */
    void pause();

    /**
     * Records that the current message of a direction is answered, and that no further message of the direction waits.
     */
    void answered();

    /** Releases the exchange's generation, because the engine asked Envoy to send no further messages. */
    void askedToEnd();

    /**
     * Answers the client with the response of a policy.
     *
     * @param progress the progress of the policy's chain
     */
    void deny(ImmediateResponse response, String deniedBy, Supplier<@Nullable ChainProgress> progress);

    @Override
    default void deny(ImmediateResponse response, String deniedBy) {
        deny(response, deniedBy, () -> null);
    }

    /** Fails the exchange, because policies change more than Envoy accepts. */
    void failOf(PolicyException excess);

    /** Ends the exchange, because the engine itself failed. */
    void bug(Throwable bug);
}

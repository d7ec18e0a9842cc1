package io.policyengine.kernel.extproc;

import io.policyengine.core.error.PolicyException;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.kernel.aggregate.ChainProgress;
import io.policyengine.kernel.body.BodyHost;
import io.policyengine.kernel.envoy.EnvoyMessage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The port by which a direction asks its exchange, for itself and for its body. */
interface DirectionHost extends BodyHost {
    /** True if nothing is decided yet about how the exchange ends. */
    boolean isOpen();

    /** True if Envoy takes answers more slowly than they come. */
    boolean isBehind();

    /** Calls back when Envoy has taken enough of the answers, unless the exchange is over. */
    void whenTaken(Runnable next);

    /**
     * Drops a message that asks for nothing.
     *
     * @param what it is, for the log
     */
    void ignore(EnvoyMessage message, String what);

    /** Makes Envoy wait before it sends more. */
    void pause();

    /** Notes that the message at work in a direction is answered, and that no message waits in it. */
    void answered();

    /** Envoy was asked to send no more: nothing of what it sends concerns the engine. */
    void askedToEnd();

    /**
     * A policy answers the client.
     *
     * @param progress how far its chain has come
     */
    void deny(ImmediateResponse response, String deniedBy, Supplier<@Nullable ChainProgress> progress);

    @Override
    default void deny(ImmediateResponse response, String deniedBy) {
        deny(response, deniedBy, () -> null);
    }

    /** Fails the exchange, since policies ask for more than Envoy takes. */
    void failOf(PolicyException excess);

    /** The engine itself failed: the exchange ends. */
    void bug(Throwable bug);
}

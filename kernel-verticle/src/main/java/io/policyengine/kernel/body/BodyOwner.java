package io.policyengine.kernel.body;

import io.policyengine.core.http.MessageView;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.conversation.DirectionEvent;
import java.util.function.Consumer;

/**
 * The operations that a body requires of the message that it belongs to.
 *
 * @param <V> the message as policies see it
 */
public interface BodyOwner<V extends MessageView<V>> {
    /** Runs the pending policies, and continues with {@code then} if they let the message pass. */
    void runRest(Consumer<PhaseResult.Passed<V>> then);

    /**
     * Runs the policies that read the trailers, answers the trailers, and continues with the next message.
     *
     * @param event the conversation's event for the answer
     */
    void endWithTrailers(DirectionEvent event);

    /** Continues with the next message, because the current one is answered or waits for the body. */
    void proceed(DirectionEvent event);
}

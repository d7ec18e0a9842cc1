package io.policyengine.kernel.body;

import io.policyengine.core.http.MessageView;
import io.policyengine.kernel.aggregate.PhaseResult;
import io.policyengine.kernel.conversation.DirectionEvent;
import java.util.function.Consumer;

/**
 * The message that a body belongs to, as its body uses it.
 *
 * @param <V> the message as policies see it
 */
public interface BodyOwner<V extends MessageView<V>> {
    /** Runs the pending policies, and continues with {@code then} if they let the message pass. */
    void runRest(Consumer<PhaseResult.Passed<V>> then);

    /**
     * Answers the trailers after the policies that read them, and continues with the next message.
     *
     * @param event the event that the answer is in the conversation
     */
    void endWithTrailers(DirectionEvent event);

    /** Continues with the next message, because the current one is answered or waits for the body. */
    void proceed(DirectionEvent event);
}

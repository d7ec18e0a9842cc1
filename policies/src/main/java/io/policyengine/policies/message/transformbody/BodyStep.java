package io.policyengine.policies.message.transformbody;

import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.shared.template.Template;

/** A change of a whole body: measured first, so that it is known what it takes before anything is made of it. */
interface BodyStep {
    /**
     * The effort of a change.
     *
     * @param isSmall whether it is done in no time, on the event loop
     */
    record Effort(boolean isSmall, Work work) {}

    /**
     * Measures a body, without memory.
     *
     * @throws UnfitBodyException if it is of another form, or too large
     */
    Effort measure(byte[] body, StopSignal stop) throws UnfitBodyException;

    /**
     * The body after the change; the same array if it changes nothing.
     *
     * @param body that has been measured
     * @throws UnfitBodyException if it is of another form, or gets too large
     */
    byte[] apply(byte[] body, Template.Fill fill, StopSignal stop) throws UnfitBodyException;
}

package io.policyengine.policies.message.transformbody;

import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.shared.template.Template;

/** A change of a whole body, which is measured first, so that its memory is known before it is used. */
interface BodyStep {
    /**
     * The cost of a change.
     *
     * @param isSmall true if the change may run on the event loop
     */
    record Effort(boolean isSmall, Work work) {}

    /**
     * Measures a body without allocating memory.
     *
     * @throws UnfitBodyException if it has another form, or is too large
     */
    Effort measure(byte[] body, StopSignal stop) throws UnfitBodyException;

    /**
     * Returns the changed body; the same array if nothing changes.
     *
     * @param body that has been measured
     * @throws UnfitBodyException if it has another form, or becomes too large
     */
    byte[] apply(byte[] body, Template.Fill fill, StopSignal stop) throws UnfitBodyException;
}

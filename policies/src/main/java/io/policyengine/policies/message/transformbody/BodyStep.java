package io.policyengine.policies.message.transformbody;

import io.policyengine.core.work.StopSignal;
import io.policyengine.core.work.Work;
import io.policyengine.policies.shared.template.Template;

/**
 * A change of a whole body. The body is measured before it is changed, so that the required memory is known in advance.
 */
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
     * @throws UnfitBodyException if the body has the wrong form or is too large
     */
    Effort measure(byte[] body, StopSignal stop) throws UnfitBodyException;

    /**
     * Returns the changed body; the same array if nothing changes.
     *
     * @param body a body that has been measured
     * @throws UnfitBodyException if the body has the wrong form, or becomes too large
     */
    byte[] apply(byte[] body, Template.Fill fill, StopSignal stop) throws UnfitBodyException;
}

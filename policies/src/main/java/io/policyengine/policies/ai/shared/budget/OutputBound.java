package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import java.util.Set;

/**
 * The limit of output tokens that a request sets.
 *
 * @param most maximum output tokens; -1 for none
 * @param isKept true if every server that may get the request enforces the limit
 * @param isInBackground true if the response is produced in the background
 */
record OutputBound(long most, boolean isKept, boolean isInBackground) {
    static final OutputBound NONE = new OutputBound(-1, false, false);

    /** Returns the limit of output tokens that Envoy has read from the request. */
    static OutputBound told(long most) {
        return new OutputBound(most, true, false);
    }

    /**
     * Returns the limit of output tokens that a body sets.
     *
     * @param shapes possible interfaces; empty if unknown
     */
    static OutputBound of(RequestFacts facts, Set<ApiShape> shapes) {
        boolean isInBackground =
                facts.isInBackground() && (shapes.isEmpty() || shapes.contains(ApiShape.OPENAI_RESPONSES));
        long most = shapes.isEmpty() ? facts.highestBound() : facts.maxOutputTokens(shapes);
        return new OutputBound(most, most >= 0 && !shapes.isEmpty(), isInBackground);
    }

    /**
     * Returns whether a response produced in the background may exceed its reservation unnoticed: its usage is not
     * seen, and no limit is enforced.
     */
    boolean isMissedInBackground() {
        return isInBackground && !isKept;
    }
}

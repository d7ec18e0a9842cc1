package io.policyengine.policies.ai.shared.budget;

import io.policyengine.policies.ai.shared.modelapi.ApiShape;
import io.policyengine.policies.ai.shared.modelapi.RequestFacts;
import java.util.Set;

/**
 * The bound that a request sets for its answer.
 *
 * @param most tokens that the answer may have; -1 for no bound
 * @param isKept true if whatever server reads the request keeps to it
 * @param isInBackground true if the answer goes on where nobody waits for it
 */
record Bound(long most, boolean isKept, boolean isInBackground) {
    /** No bound. */
    static final Bound NONE = new Bound(-1, false, false);

    /** The bound that a server has been told, as Envoy has read it. */
    static Bound told(long most) {
        return new Bound(most, true, false);
    }

    /**
     * The bound that a body sets.
     *
     * @param shapes interfaces of which its server has one; empty if nobody knows any
     */
    static Bound of(RequestFacts facts, Set<ApiShape> shapes) {
        boolean isInBackground =
                facts.isInBackground() && (shapes.isEmpty() || shapes.contains(ApiShape.OPENAI_RESPONSES));
        long most = shapes.isEmpty() ? facts.highestBound() : facts.maxOutputTokens(shapes);
        return new Bound(most, most >= 0 && !shapes.isEmpty(), isInBackground);
    }

    /** True if nothing bounds an answer that nobody here will see. */
    boolean isMissedInBackground() {
        return isInBackground && !isKept;
    }
}

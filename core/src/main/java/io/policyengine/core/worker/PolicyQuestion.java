package io.policyengine.core.worker;

import io.policyengine.core.policy.Question;
import java.util.Map;

/**
 * A question of the management API to all entries of a policy in a worker.
 *
 * @param policy the policy's name
 * @param route the route whose entries are asked; empty for all routes
 */
public record PolicyQuestion(String policy, String route, Question question) {
    /**
     * The name of a question that the worker itself answers: what the policy's entries in shadow mode would have
     * denied. Its parameter is {@value #ENTRY}; the answers are described in docs/worker-protocol.md.
     */
    public static final String SHADOW_DENIALS = "shadow_denials";

    /** The name of the parameter that contains an entry's name. */
    public static final String ENTRY = "entry";

    /** Returns the question of what entries of this name in shadow mode would have denied. */
    public static PolicyQuestion shadowDenials(String policy, String route, String entry) {
        return new PolicyQuestion(policy, route, new Question(SHADOW_DENIALS, Map.of(ENTRY, entry)));
    }
}

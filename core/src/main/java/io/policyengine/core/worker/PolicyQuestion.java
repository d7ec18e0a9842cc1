package io.policyengine.core.worker;

import io.policyengine.core.policy.Question;

/**
 * A question to all entries of a policy in a worker.
 *
 * @param policy its name
 * @param route the name of the only route whose entries are asked; empty for all
 */
public record PolicyQuestion(String policy, String route, Question question) {}

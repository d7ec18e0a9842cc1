package io.policyengine.core.worker;

import io.policyengine.core.policy.Question;

/**
 * A question to all entries of a policy in a worker.
 *
 * @param policy the policy's name
 * @param route the route whose entries are asked; empty for all routes
 */
public record PolicyQuestion(String policy, String route, Question question) {}

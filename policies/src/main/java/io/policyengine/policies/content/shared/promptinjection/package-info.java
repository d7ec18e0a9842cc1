/**
 * Heuristic signs of prompt injection in a text. There are three kinds: expressions in thirteen languages whose
 * {@linkplain io.policyengine.policies.content.shared.promptinjection.Concept concepts} occur close together;
 * delimiters of chat templates; and text that is hidden in encodings or invisible characters. Each sign has a weight;
 * together they give a score between 0 and 1.
 *
 * <p>Time is linear in the text. A score is a likelihood, not a proof: docs/policies/contentModerationGuardrail.md has
 * the error rates.
 */
@NullMarked
package io.policyengine.policies.content.shared.promptinjection;

import org.jspecify.annotations.NullMarked;

/**
 * Heuristic signs of prompt injection in a text: expressions in thirteen languages by their meaning ({@link
 * io.policyengine.policies.content.shared.promptinjection.Concept}), which count if they occur together; marks of chat
 * templates; and text hidden in encodings and invisible characters. Each sign has a weight; together they give a score
 * between 0 and 1.
 *
 * <p>Time is linear in the text. A score is a likelihood, not a proof: docs/policies/contentModerationGuardrail.md has
 * the error rates.
 */
@NullMarked
package io.policyengine.policies.content.shared.promptinjection;

import org.jspecify.annotations.NullMarked;

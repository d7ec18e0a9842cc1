/**
 * Signs of prompt injection in a text, by heuristics: expressions of thirteen languages by what they stand for ({@link
 * io.policyengine.policies.content.shared.promptinjection.Concept}), which count where they stand together; marks of chat templates; texts that are hidden in
 * encodings and invisible characters. Each sign has a weight; together they make a score between 0 and 1.
 *
 * <p>Time is linear in the text. What is found is a likelihood, not a proof: docs/policies/contentModerationGuardrail.md shows how often it is
 * right.
 */
@NullMarked
package io.policyengine.policies.content.shared.promptinjection;

import org.jspecify.annotations.NullMarked;

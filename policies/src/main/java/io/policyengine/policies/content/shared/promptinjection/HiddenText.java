package io.policyengine.policies.content.shared.promptinjection;

/**
 * A hidden or encoded text within another.
 *
 * @param range position of the hidden text in the other text
 */
record HiddenText(String text, Assessment.Range range) {}

package io.policyengine.policies.content.shared.promptinjection;

/**
 * A text within another that not everybody sees.
 *
 * @param range where it stands
 */
record HiddenText(String text, Assessment.Range range) {}

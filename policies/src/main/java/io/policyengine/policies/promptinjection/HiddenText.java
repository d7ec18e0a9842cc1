package io.policyengine.policies.promptinjection;

/**
 * A text within another that not everybody sees.
 *
 * @param range where it stands
 */
record HiddenText(String text, Assessment.Range range) {}

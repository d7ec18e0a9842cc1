package io.policyengine.policies.format.replace;

/** A rule that searches for a text or pattern and replaces each match. */
public sealed interface ReplacementRule permits TextRule, PatternRule {}

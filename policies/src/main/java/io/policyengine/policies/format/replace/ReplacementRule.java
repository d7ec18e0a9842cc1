package io.policyengine.policies.format.replace;

/** A rule of search and replace. */
public sealed interface ReplacementRule permits TextRule, PatternRule {}

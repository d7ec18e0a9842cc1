package io.policyengine.policies.replace;

/** A rule of search and replace. */
public sealed interface Rule permits TextRule, PatternRule {}

package io.policyengine.core.instruction;

/** A change that a policy requests, in any phase. */
public sealed interface Instruction permits RequestInstruction, ResponseInstruction, TrailersInstruction {}

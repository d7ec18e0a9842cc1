package io.policyengine.core.instruction;

/** A change that a policy asks for, in whichever phase. */
public sealed interface Instruction permits RequestInstruction, ResponseInstruction, TrailersInstruction {}

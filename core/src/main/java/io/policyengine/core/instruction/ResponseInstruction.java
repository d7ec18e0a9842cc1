package io.policyengine.core.instruction;

/** A change that a policy asks for in the response phase. */
public sealed interface ResponseInstruction extends Instruction permits CommonInstruction, SetStatusCode {}

package io.policyengine.core.instruction;

/** A change that a policy requests in the response phase. */
public sealed interface ResponseInstruction extends Instruction permits CommonInstruction, SetStatusCode {}

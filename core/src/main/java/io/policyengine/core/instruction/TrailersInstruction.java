package io.policyengine.core.instruction;

/** A change of a trailer field or of metadata that a policy requests when it handles trailers. */
public sealed interface TrailersInstruction extends Instruction permits HeaderInstruction, SetMetadata {}

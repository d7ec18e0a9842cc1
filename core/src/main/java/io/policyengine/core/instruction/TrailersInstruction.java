package io.policyengine.core.instruction;

/** A change of trailers that a policy requests: of a field, or of metadata. */
public sealed interface TrailersInstruction extends Instruction permits HeaderInstruction, SetMetadata {}

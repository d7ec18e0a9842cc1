package io.policyengine.core.instruction;

/** A change that a policy asks for when the trailers of a message have come: of one of their fields, or of metadata. */
public sealed interface TrailersInstruction extends Instruction permits HeaderInstruction, SetMetadata {}

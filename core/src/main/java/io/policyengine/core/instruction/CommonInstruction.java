package io.policyengine.core.instruction;

/** A change that is legal in both phases. */
public sealed interface CommonInstruction extends RequestInstruction, ResponseInstruction
        permits HeaderInstruction, SetBody, SetMetadata {}

package io.policyengine.core.instruction;

/** A change that either phase knows. */
public sealed interface CommonInstruction extends RequestInstruction, ResponseInstruction
        permits HeaderInstruction, SetBody, SetMetadata {}

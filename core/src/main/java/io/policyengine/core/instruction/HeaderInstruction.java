package io.policyengine.core.instruction;

/** A change of one header or trailer field. */
public sealed interface HeaderInstruction extends CommonInstruction, TrailersInstruction
        permits SetHeader, AppendHeader, RemoveHeader {
    /** The field's name, in lower case. */
    String name();
}

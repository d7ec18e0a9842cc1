package io.policyengine.core.instruction;

/** A change of one field, of the headers or of the trailers. */
public sealed interface HeaderInstruction extends CommonInstruction, TrailersInstruction
        permits SetHeader, AppendHeader, RemoveHeader {
    /** The field's name, in lower case. */
    String name();
}

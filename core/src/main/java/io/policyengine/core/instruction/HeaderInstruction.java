package io.policyengine.core.instruction;

/** A change of one header field. */
public sealed interface HeaderInstruction extends CommonInstruction permits SetHeader, AppendHeader, RemoveHeader {
    /** The field's name, in any case. */
    String name();
}

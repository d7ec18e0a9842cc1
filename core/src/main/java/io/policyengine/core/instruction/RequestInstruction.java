package io.policyengine.core.instruction;

/** A change that a policy asks for in the request phase. */
public sealed interface RequestInstruction extends Instruction
        permits CommonInstruction,
                SetPath,
                SetQueryParam,
                RemoveQueryParam,
                SetMethod,
                SetAuthority,
                SetResponseHeader {}

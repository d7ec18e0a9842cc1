package io.policyengine.core.instruction;

/** A change that a policy requests in the request phase. */
public sealed interface RequestInstruction extends Instruction
        permits CommonInstruction,
                SetPath,
                SetQueryParam,
                RemoveQueryParam,
                SetMethod,
                SetAuthority,
                SetResponseHeader {}

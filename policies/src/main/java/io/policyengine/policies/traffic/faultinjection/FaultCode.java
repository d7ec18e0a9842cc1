package io.policyengine.policies.traffic.faultinjection;

import io.policyengine.core.instruction.DenialCode;

/** The code with which {@code faultInjection} denies. */
enum FaultCode implements DenialCode {
    FAULT_INJECTED("Nothing: the fault is intended. To end the experiment, remove the entry.");

    private final String remedy;

    FaultCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

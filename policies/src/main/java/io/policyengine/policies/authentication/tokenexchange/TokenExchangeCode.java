package io.policyengine.policies.authentication.tokenexchange;

import io.policyengine.core.instruction.DenialCode;

/** The code with which only {@code tokenExchange} denies. */
enum TokenExchangeCode implements DenialCode {
    TOKEN_NOT_EXCHANGED(
            "Ask the authorization server why it refuses the exchange: the worker's log has its " + "error.");

    private final String remedy;

    TokenExchangeCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

package io.policyengine.policies.ai.semanticcache;

import io.policyengine.core.instruction.DenialCode;

/** The code of the stored answers that {@code semanticCache} sends. */
enum SemanticCacheCode implements DenialCode {
    SEMANTIC_CACHE_HIT("Nothing: this is a stored answer. If it does not fit the question, raise `threshold`.");

    private final String remedy;

    SemanticCacheCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

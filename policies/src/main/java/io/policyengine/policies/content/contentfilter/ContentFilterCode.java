package io.policyengine.policies.content.contentfilter;

import io.policyengine.core.instruction.DenialCode;

/** The denial code that only {@code contentFilter} uses. */
enum ContentFilterCode implements DenialCode {
    CONTENT_DENIED("Usually nothing. If the denial is wrong, correct the word or pattern that the metadata "
            + "`content_filter.found` names.");

    private final String remedy;

    ContentFilterCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

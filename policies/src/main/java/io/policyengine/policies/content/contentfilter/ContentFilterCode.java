package io.policyengine.policies.content.contentfilter;

import io.policyengine.core.instruction.DenialCode;

/** The code with which only {@code contentFilter} denies. */
enum ContentFilterCode implements DenialCode {
    CONTENT_DENIED("Usually nothing. The metadata key of the finding names the word or pattern; correct it "
            + "if it finds too much.");

    private final String remedy;

    ContentFilterCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

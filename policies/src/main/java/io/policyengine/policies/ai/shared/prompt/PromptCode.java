package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which policies refuse bodies that are no request for a model. */
public enum PromptCode implements DenialCode {
    INVALID_JSON("Have the client send JSON in UTF-8, without a byte order mark, with each name once."),
    INVALID_PROMPT("Have the client send a request in the form of its interface."),
    AMBIGUOUS_NAMES("Have the client spell the names as its interface does."),
    UNSUPPORTED_CHARSET("Have the client send UTF-8."),
    BODY_TOO_COMPLEX("Usually nothing. If honest requests are so large, give the worker more memory, or "
            + "limit bodies with `fileSizeLimit`."),
    UNKNOWN_API("Have the client use the path of a known interface, or set `on_unknown: pass`."),
    BODY_MISSING("Have the client send a body, or set `on_unknown: pass`."),
    AMBIGUOUS_API("Have the client use the path of its interface.");

    private final String remedy;

    PromptCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

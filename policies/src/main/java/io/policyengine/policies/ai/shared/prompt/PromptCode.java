package io.policyengine.policies.ai.shared.prompt;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which policies deny requests whose body is not a valid model request. */
public enum PromptCode implements DenialCode {
    INVALID_JSON("Have the client send JSON in UTF-8, without a byte order mark, and with each name only once in an "
            + "object."),
    INVALID_PROMPT("Have the client send a request in the form of its interface."),
    AMBIGUOUS_NAMES("Have the client spell member names exactly as its interface defines them."),
    UNSUPPORTED_CHARSET("Have the client send UTF-8."),
    BODY_TOO_COMPLEX("Usually nothing. If legitimate requests are this large, give the worker more memory, or limit "
            + "bodies with `fileSizeLimit`."),
    UNKNOWN_API("Have the client use the path of a known interface, or set `on_unknown: pass`."),
    BODY_MISSING("Have the client send a body, or set `on_unknown: pass`."),
    AMBIGUOUS_API("Have the client use the path that its interface defines.");

    private final String remedy;

    PromptCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

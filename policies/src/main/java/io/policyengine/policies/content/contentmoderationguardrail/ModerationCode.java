package io.policyengine.policies.content.contentmoderationguardrail;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes that only {@code contentModerationGuardrail} uses. */
enum ModerationCode implements DenialCode {
    GUARDRAIL_DENIED("Usually nothing. The metadata `guardrail.*` and the audit log's `verdicts` name the check."),
    GUARDRAIL_TOO_LARGE("Let the client send less, or raise `max_callout_windows` or the worker's memory."),
    GUARDRAIL_UNAVAILABLE("Examine the server of the check, and `policy_worker_callout_failures_total`. `on_error` "
            + "sets the outcome while the server fails.");

    private final String remedy;

    ModerationCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

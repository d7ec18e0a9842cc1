package io.policyengine.policies.access.botfilter;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code botFilter} denies. */
enum BotFilterCode implements DenialCode {
    USER_AGENT_DENIED("Usually nothing. If an honest client is denied, remove its pattern from `deny`, or add "
            + "one to `allow`."),
    USER_AGENT_MISSING("Have the client send a `User-Agent`, or set `require_user_agent: false`."),
    USER_AGENT_MALFORMED("Have the client send one `User-Agent` of moderate length.");

    private final String remedy;

    BotFilterCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

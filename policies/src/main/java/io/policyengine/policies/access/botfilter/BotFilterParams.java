package io.policyengine.policies.access.botfilter;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Refuses requests by their User-Agent.")
record BotFilterParams(
        @Doc(
                value = "Patterns in RE2 syntax. A request is refused if one of them matches any part of its "
                        + "User-Agent.",
                examples = "[\"(?i)bot\", \"^curl/\"]")
        @Nullable
        StringOrList denyUserAgents,

        @Doc(
                value = "Patterns in RE2 syntax. A request passes if one of them matches its User-Agent, even if "
                        + "deny_user_agents matches too. Without deny_user_agents, every other User-Agent is "
                        + "refused.",
                examples = "\"^Googlebot/\"")
        @Nullable
        StringOrList allowUserAgents,

        @Doc("True to refuse requests without a User-Agent.") @Default("false")
        boolean requireUserAgent,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}

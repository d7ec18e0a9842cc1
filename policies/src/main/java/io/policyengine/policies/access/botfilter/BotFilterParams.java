package io.policyengine.policies.access.botfilter;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Refuses requests by their User-Agent.")
record BotFilterParams(
        @Doc(
                value = "Patterns in RE2 syntax: a User-Agent in which one of them occurs is refused.",
                examples = "[\"(?i)bot\", \"^curl/\"]")
        @Nullable
        StringOrList denyUserAgents,

        @Doc(
                value =
                        "Patterns in RE2 syntax: a User-Agent that one of them matches passes, even if deny_user_agents matches it too. Without deny_user_agents, every other User-Agent is refused.",
                examples = "\"^Googlebot/\"")
        @Nullable
        StringOrList allowUserAgents,

        @Doc("True if a request without User-Agent is refused.") @Default("false")
        boolean requireUserAgent,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}

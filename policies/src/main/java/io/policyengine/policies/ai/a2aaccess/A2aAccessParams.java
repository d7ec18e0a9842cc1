package io.policyengine.policies.ai.a2aaccess;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.ai.shared.accessrules.NameListParams;
import io.policyengine.policies.ai.shared.audience.AudienceParams;
import io.policyengine.policies.ai.shared.jsonrpc.DenyAs;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Decides who may use which methods and skills of an agent (A2A), and rewrites the agent's card.")
record A2aAccessParams(
        @Doc(value = "Methods by name. Absent: those of A2A 0.2 to 1.0.", examples = "{\"allow\": [\"message/send\"]}")
        @Default("{}")
        MethodListParams methods,

        @Doc(
                value =
                        "Skills by id: others are left out of the card, and messages that name one in their metadata are denied.",
                examples = "{\"allow\": [\"search\", \"book_*\"]}")
        @Default("{}")
        NameListParams skills,

        @Doc(
                value =
                        "Rules for some callers. The first rule for a caller applies: its lists replace those of the policy; a list that the rule lacks is taken from the policy.",
                examples = "[{\"claims\": {\"groups\": \"partners\"}, \"skills\": {\"allow\": [\"*\"]}}]")
        @Default("[]")
        List<RuleParams> rules,

        @Doc(
                value =
                        "URL by which clients reach the agent: replaces the agent's own in the card, which then lists interfaces of JSON-RPC only.",
                examples = "\"https://agents.example.com/travel\"")
        @Nullable
        @NonEmpty
        String url,

        @Doc("Form of a denial. A notification has no answer, and is always denied by the status.")
        @Default("\"error\"")
        DenyAs denyAs,

        @Doc("Maximum number of messages in one body; A2A has no batches. 0 to forbid batches.")
        @Default("0")
        @Range(min = 0, max = 1000)
        int maxBatch,

        @Doc("Form of the body of a denial by the status.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Methods that may be used. deny overrides allow, and a method in neither may not be used.")
    record MethodListParams(
            @Doc("Methods that may be used, compared exactly; * stands for any characters, or none.")
            @Default(
                    "[\"message/send\", \"message/stream\", \"tasks/get\", \"tasks/list\", \"tasks/cancel\", \"tasks/resubscribe\", \"tasks/pushNotificationConfig/*\", \"agent/getAuthenticatedExtendedCard\", \"SendMessage\", \"SendStreamingMessage\", \"GetTask\", \"ListTasks\", \"CancelTask\", \"SubscribeToTask\", \"CreateTaskPushNotificationConfig\", \"GetTaskPushNotificationConfig\", \"ListTaskPushNotificationConfigs\", \"DeleteTaskPushNotificationConfig\", \"GetExtendedAgentCard\"]")
            List<String> allow,

            @Doc(
                    "Methods that may not be used. Letter case is ignored, and characters that look the same count as equal; * as in allow.")
            @Default("[]")
            List<String> deny) {}

    @Doc("The lists for callers that meet all conditions of the rule.")
    record RuleParams(
            @Doc(
                    value = "Ids of identities, such as consumers of apiKeyAuth or subjects of tokens.",
                    examples = {"\"ci\"", "[\"ci\", \"deploy\"]"})
            @Nullable
            StringOrList consumers,

            @Doc(
                    value =
                            "Claims by name or JSON Pointer, with the value that each must have, or values of which one is enough. Of a claim that is a list, one element is enough.",
                    examples = "{\"/realm_access/roles\": [\"admin\", \"operator\"]}")
            @Default("{}")
            Map<String, JsonNode> claims,

            @Doc(value = "Expression in CEL that must be true.", examples = "\"\\\"a2a:write\\\" in identity.scopes\"")
            @Nullable
            String when,

            @Doc("Methods of these callers, as in methods of the policy.") @Nullable
            MethodListParams methods,

            @Doc("Skills of these callers, as in skills of the policy.") @Nullable
            NameListParams skills) {
        AudienceParams audience() {
            return new AudienceParams(consumers, claims, when);
        }
    }
}

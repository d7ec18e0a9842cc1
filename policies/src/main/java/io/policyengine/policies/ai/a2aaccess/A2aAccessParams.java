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
        @Doc(
                value = "Methods that may be used, by name. If absent, the methods of A2A 0.2 to 1.0.",
                examples = "{\"allow\": [\"message/send\"]}")
        @Default("{}")
        MethodListParams methods,

        @Doc(
                value = "Skills that may be used, by id. Other skills are removed from the card, and messages that "
                        + "name one of them in their metadata are denied.",
                examples = "{\"allow\": [\"search\", \"book_*\"]}")
        @Default("{}")
        NameListParams skills,

        @Doc(
                value = "Rules for some callers. The first rule for a caller applies. Its lists replace those of the "
                        + "policy; for lists that it lacks, those of the policy apply.",
                examples = "[{\"claims\": {\"groups\": \"partners\"}, \"skills\": {\"allow\": [\"*\"]}}]")
        @Default("[]")
        List<RuleParams> rules,

        @Doc(
                value = "URL by which clients reach the agent. It replaces the agent's own URLs in the card; then the "
                        + "card lists only JSON-RPC interfaces.",
                examples = "\"https://agents.example.com/travel\"")
        @Nullable
        @NonEmpty
        String url,

        @Doc("Form of a denial. A notification gets no JSON-RPC response, so it is always denied by the HTTP status.")
        @Default("\"error\"")
        DenyAs denyAs,

        @Doc("Maximum number of messages in one body; A2A has no batches. 0 to forbid batches.")
        @Default("0")
        @Range(min = 0, max = 1000)
        int maxBatch,

        @Doc("Form of the body of a denial by HTTP status.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Methods that may be used. deny overrides allow; a method in neither list is denied.")
    record MethodListParams(
            @Doc("Methods that may be used, compared exactly. * matches any number of characters.")
            @Default(
                    "[\"message/send\", \"message/stream\", \"tasks/get\", \"tasks/list\", \"tasks/cancel\", \"tasks/resubscribe\", \"tasks/pushNotificationConfig/*\", \"agent/getAuthenticatedExtendedCard\", \"SendMessage\", \"SendStreamingMessage\", \"GetTask\", \"ListTasks\", \"CancelTask\", \"SubscribeToTask\", \"CreateTaskPushNotificationConfig\", \"GetTaskPushNotificationConfig\", \"ListTaskPushNotificationConfigs\", \"DeleteTaskPushNotificationConfig\", \"GetExtendedAgentCard\"]")
            List<String> allow,

            @Doc("Methods that may not be used. Letter case is ignored, and characters that look alike count as "
                    + "equal. * matches any number of characters.")
            @Default("[]")
            List<String> deny) {}

    @Doc("The lists for callers that meet all conditions of the rule.")
    record RuleParams(
            @Doc(
                    value = "Ids of identities, such as consumers of apiKeyAuth or subjects of tokens; the caller must "
                            + "have one of them.",
                    examples = {"\"ci\"", "[\"ci\", \"deploy\"]"})
            @Nullable
            StringOrList consumers,

            @Doc(
                    value = "Required values by claim (name or JSON Pointer): one value, or a list of alternative "
                            + "values. If the claim is a list, it must contain one of the values.",
                    examples = "{\"/realm_access/roles\": [\"admin\", \"operator\"]}")
            @Default("{}")
            Map<String, JsonNode> claims,

            @Doc(value = "Expression in CEL that must be true.", examples = "\"\\\"a2a:write\\\" in identity.scopes\"")
            @Nullable
            String when,

            @Doc("Methods that these callers may use, in the form of the policy's methods.") @Nullable
            MethodListParams methods,

            @Doc("Skills that these callers may use, in the form of the policy's skills.") @Nullable
            NameListParams skills) {
        AudienceParams audience() {
            return new AudienceParams(consumers, claims, when);
        }
    }
}

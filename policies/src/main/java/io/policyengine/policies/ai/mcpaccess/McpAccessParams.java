package io.policyengine.policies.ai.mcpaccess;

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

@Doc("Decides who may use which tools, prompts, resources and methods of an MCP server.")
record McpAccessParams(
        @Doc(
                value = "Tools that may be used, by name. Absent: all tools.",
                examples = "{\"allow\": [\"read_*\", \"search\"], \"deny\": [\"read_secrets\"]}")
        @Default("{}")
        NameListParams tools,

        @Doc(value = "Prompts that may be used, by name. Absent: all prompts.", examples = "{\"allow\": [\"review\"]}")
        @Default("{}")
        NameListParams prompts,

        @Doc(
                value = "Resources by URI, and resource templates by the text of their template. Absent: "
                        + "all. Otherwise, a URI with . or .. among its segments may not be used.",
                examples = "{\"allow\": [\"file:///public/*\"]}")
        @Default("{}")
        NameListParams resources,

        @Doc(
                value = "Methods, of clients and of the server. Absent: those of the revisions of MCP up "
                        + "to 2026-07-28.",
                examples = "{\"deny\": [\"logging/*\", \"sampling/*\"]}")
        @Default("{}")
        MethodListParams methods,

        @Doc(
                value =
                        "Rules for some callers. The first rule for a caller applies: its lists replace those of the policy; a list that the rule lacks is taken from the policy.",
                examples =
                        "[{\"claims\": {\"groups\": \"admin\"}, \"tools\": {\"allow\": [\"*\"]}}, {\"consumers\": [\"ci\"], \"tools\": {\"allow\": [\"deploy\"]}}]")
        @Default("[]")
        List<RuleParams> rules,

        @Doc("Form of a denial. A notification has no answer, and is always denied by the status.")
        @Default("\"error\"")
        DenyAs denyAs,

        @Doc("Maximum number of messages in one body; one denied message denies the whole batch. 0 to forbid batches.")
        @Default("20")
        @Range(min = 0, max = 1000)
        int maxBatch,

        @Doc(
                value =
                        "File with a digest of each tool's definition, which policy-engine mcp-lock writes. Read again when it changes.",
                examples = "\"mcp.lock\"")
        @Nullable
        @NonEmpty
        String pin,

        @Doc("Treatment of a tool that is missing from the file of pin, or differs from it.") @Default("\"hide\"")
        OnDifference onChanged,

        @Doc("Treatment of tools in one list whose names are equal, or look alike. A pinned tool stays.")
        @Default("\"hide\"")
        OnDifference onShadowing,

        @Doc(
                "Source of a request's message: body; envoy, the metadata of Envoy's MCP filter, without a body; or auto, which is envoy if that filter left metadata, else body. Envoy's filter stops reading once it has what it needs, so it takes the first of two members with one name, while most servers take the last.")
        @Default("\"body\"")
        Facts facts,

        @Doc(
                value =
                        "Metadata served to everyone at /.well-known/oauth-protected-resource, and below it at the path of resource (RFC 9728).",
                examples =
                        "{\"resource\": \"https://mcp.example.com/mcp\", \"authorization_servers\": [\"https://auth.example.com\"]}")
        @Nullable
        ResourceMetadataParams protectedResourceMetadata,

        @Doc("Form of the body of a denial by the status.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Where the message of a request is read.")
    enum Facts {
        BODY,
        ENVOY,
        /** The facts of Envoy's MCP filter if present, else the body. */
        AUTO
    }

    /** Treatments of a tool that shadows another, or differs from the lock file. */
    @Doc(
            "hide removes the tool from lists and denies its calls. deny answers a list with the tool by an error, and denies its calls. report lets the tool pass, and the policy's health reports it.")
    enum OnDifference {
        /** The tool is removed from lists, and its calls are denied. */
        HIDE,
        /** A list with the tool is replaced by an error, and calls of the tool are denied. */
        DENY,
        /** The tool passes, and the policy's health reports it. */
        REPORT
    }

    @Doc("Methods that may be used. deny overrides allow, and a method in neither may not be used.")
    record MethodListParams(
            @Doc("Methods that may be used, compared exactly; * stands for any characters, or none.")
            @Default(
                    "[\"initialize\", \"notifications/*\", \"ping\", \"server/discover\", \"subscriptions/listen\", \"tools/list\", \"tools/call\", \"prompts/list\", \"prompts/get\", \"resources/list\", \"resources/templates/list\", \"resources/read\", \"resources/subscribe\", \"resources/unsubscribe\", \"completion/complete\", \"logging/setLevel\", \"tasks/get\", \"tasks/result\", \"tasks/list\", \"tasks/update\", \"tasks/cancel\", \"roots/list\", \"sampling/createMessage\", \"elicitation/create\"]")
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

            @Doc(value = "Expression in CEL that must be true.", examples = "\"\\\"mcp:write\\\" in identity.scopes\"")
            @Nullable
            String when,

            @Doc("Tools of these callers, as in tools of the policy.") @Nullable
            NameListParams tools,

            @Doc("Prompts of these callers, as in prompts of the policy.") @Nullable
            NameListParams prompts,

            @Doc("Resources of these callers, as in resources of the policy.") @Nullable
            NameListParams resources,

            @Doc("Methods of these callers, as in methods of the policy.") @Nullable
            MethodListParams methods) {
        AudienceParams audience() {
            return new AudienceParams(consumers, claims, when);
        }
    }

    @Doc("Metadata of a protected resource (RFC 9728 §2).")
    record ResourceMetadataParams(
            @Doc(value = "URL of the MCP server, as clients know it.", examples = "\"https://mcp.example.com/mcp\"")
            @NonEmpty
            String resource,

            @Doc("Issuers of accepted tokens.") @NonEmpty List<String> authorizationServers,

            @Doc("Scopes that a client may request.") @Default("[]")
            List<String> scopesSupported,

            @Doc("Ways in which a client may send its token.") @Default("[\"header\"]")
            List<String> bearerMethodsSupported,

            @Doc("Name of the resource, for people.") @Nullable
            String resourceName,

            @Doc("URL of a page for developers.") @Nullable String resourceDocumentation) {}
}

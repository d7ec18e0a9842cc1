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
                value = "Tools that may be used, by name. If absent, all tools.",
                examples = "{\"allow\": [\"read_*\", \"search\"], \"deny\": [\"read_secrets\"]}")
        @Default("{}")
        NameListParams tools,

        @Doc(
                value = "Prompts that may be used, by name. If absent, all prompts.",
                examples = "{\"allow\": [\"review\"]}")
        @Default("{}")
        NameListParams prompts,

        @Doc(
                value = "Resources that may be used, by URI, and resource templates, by the template's text. If "
                        + "absent, all. If given, a URI with a segment . or .. is denied.",
                examples = "{\"allow\": [\"file:///public/*\"]}")
        @Default("{}")
        NameListParams resources,

        @Doc(
                value = "Methods that the client and the server may call. If absent, the methods of all MCP revisions "
                        + "up to 2026-07-28.",
                examples = "{\"deny\": [\"logging/*\", \"sampling/*\"]}")
        @Default("{}")
        MethodListParams methods,

        @Doc(
                value = "Rules for some callers. The first rule for a caller applies. Its lists replace those of the "
                        + "policy; for lists that it lacks, those of the policy apply.",
                examples =
                        "[{\"claims\": {\"groups\": \"admin\"}, \"tools\": {\"allow\": [\"*\"]}}, {\"consumers\": [\"ci\"], \"tools\": {\"allow\": [\"deploy\"]}}]")
        @Default("[]")
        List<RuleParams> rules,

        @Doc("Form of a denial. A notification gets no JSON-RPC response, so it is always denied by the HTTP status.")
        @Default("\"error\"")
        DenyAs denyAs,

        @Doc("Maximum number of messages in one body; one denied message denies the whole batch. 0 to forbid batches.")
        @Default("20")
        @Range(min = 0, max = 1000)
        int maxBatch,

        @Doc(
                value = "Lock file with a digest of each tool's definition, written by policy-engine mcp-lock. It is "
                        + "read again when it changes.",
                examples = "\"mcp.lock\"")
        @Nullable
        @NonEmpty
        String pin,

        @Doc("Treatment of a tool that is missing from the file in pin, or whose definition differs from it.")
        @Default("\"hide\"")
        OnDifference onChanged,

        @Doc("Treatment of tools in one list whose names are equal or look alike. A pinned tool remains in the list.")
        @Default("\"hide\"")
        OnDifference onShadowing,

        @Doc("Source of a request's message. body reads the body. envoy reads only the metadata of Envoy's MCP "
                + "filter. auto is envoy if that filter left metadata, else body. If a message has two "
                + "members with one name, Envoy's filter reads the first, while most servers use the last.")
        @Default("\"body\"")
        Facts facts,

        @Doc(
                value = "Metadata that the policy serves to everyone (RFC 9728), at "
                        + "/.well-known/oauth-protected-resource and at this path followed by the path of "
                        + "resource.",
                examples =
                        "{\"resource\": \"https://mcp.example.com/mcp\", \"authorization_servers\": [\"https://auth.example.com\"]}")
        @Nullable
        ResourceMetadataParams protectedResourceMetadata,

        @Doc("Form of the body of a denial by HTTP status.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("Source of a request's message.")
    enum Facts {
        BODY,
        ENVOY,
        /** The metadata of Envoy's MCP filter if present, else the body. */
        AUTO
    }

    /** Treatments of a tool that looks like another tool, or that differs from the lock file. */
    @Doc("hide removes the tool from lists and denies its calls. deny replaces a list with the tool by an error, "
            + "and denies its calls. report lets the tool pass, and the policy's health reports the tool.")
    enum OnDifference {
        /** The tool is removed from lists, and its calls are denied. */
        HIDE,
        /** A list with the tool is replaced by an error, and calls of the tool are denied. */
        DENY,
        /** The tool passes, and the policy's health reports it. */
        REPORT
    }

    @Doc("Methods that may be used. deny overrides allow; a method in neither list is denied.")
    record MethodListParams(
            @Doc("Methods that may be used, compared exactly. * matches any number of characters.")
            @Default(
                    "[\"initialize\", \"notifications/*\", \"ping\", \"server/discover\", \"subscriptions/listen\", \"tools/list\", \"tools/call\", \"prompts/list\", \"prompts/get\", \"resources/list\", \"resources/templates/list\", \"resources/read\", \"resources/subscribe\", \"resources/unsubscribe\", \"completion/complete\", \"logging/setLevel\", \"tasks/get\", \"tasks/result\", \"tasks/list\", \"tasks/update\", \"tasks/cancel\", \"roots/list\", \"sampling/createMessage\", \"elicitation/create\"]")
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

            @Doc(value = "Expression in CEL that must be true.", examples = "\"\\\"mcp:write\\\" in identity.scopes\"")
            @Nullable
            String when,

            @Doc("Tools that these callers may use, in the form of the policy's tools.") @Nullable
            NameListParams tools,

            @Doc("Prompts that these callers may use, in the form of the policy's prompts.") @Nullable
            NameListParams prompts,

            @Doc("Resources that these callers may use, in the form of the policy's resources.") @Nullable
            NameListParams resources,

            @Doc("Methods that these callers may use, in the form of the policy's methods.") @Nullable
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

            @Doc("Methods by which a client may send its token.") @Default("[\"header\"]")
            List<String> bearerMethodsSupported,

            @Doc("Name of the resource, for people.") @Nullable
            String resourceName,

            @Doc("URL of a page for developers.") @Nullable String resourceDocumentation) {}
}

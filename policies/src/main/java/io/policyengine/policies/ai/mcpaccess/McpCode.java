package io.policyengine.policies.ai.mcpaccess;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which only {@code mcpAccess} denies. */
enum McpCode implements DenialCode {
    TOOL_DENIED("Usually nothing. If the caller should be able to use the tool, grant it."),
    PROMPT_DENIED("Usually nothing. If the caller should be able to use the prompt, grant it."),
    RESOURCE_DENIED("Usually nothing. If the caller should be able to use the resource, grant it."),
    TOOL_NOT_PINNED("Review the tool, then write the lock file again with `policy-engine mcp-lock`."),
    TOOL_CHANGED("Review the change of the tool, then write the lock file again with `policy-engine mcp-lock`."),
    TOOLS_DENIED("Review the tools of the server, then write the lock file again with `policy-engine mcp-lock`."),
    HEADER_MISMATCH("Have the client, and proxies before Envoy, send each MCP header field once, with the value in the "
            + "message."),
    PROTECTED_RESOURCE_METADATA("Nothing: this is the response with the document of `protected_resource_metadata`.");

    private final String remedy;

    McpCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

/** Policy {@code mcpAccess}: says which tools, prompts, resources and methods of an MCP server may be used, and by whom. */
@NullMarked
package io.policyengine.policies.ai.mcpaccess;

import org.jspecify.annotations.NullMarked;

/** Policy {@code mcpAccess}: decides who may use which tools, prompts, resources and methods of an MCP server. */
@NullMarked
package io.policyengine.policies.ai.mcpaccess;

import org.jspecify.annotations.NullMarked;

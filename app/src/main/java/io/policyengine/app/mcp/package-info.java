/** The command that writes the lock file of an MCP server's tools, and the client that asks for them. */
@NullMarked
package io.policyengine.app.mcp;

import org.jspecify.annotations.NullMarked;

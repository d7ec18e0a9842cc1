/** The command {@code mcp-lock} and the MCP client with which it lists a server's tools. */
@NullMarked
package io.policyengine.app.mcp;

import org.jspecify.annotations.NullMarked;

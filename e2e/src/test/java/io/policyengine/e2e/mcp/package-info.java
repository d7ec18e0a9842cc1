/** MCP and A2A behind real Envoys: the official libraries of MCP as servers and clients, an agent, and attacks. */
@NullMarked
package io.policyengine.e2e.mcp;

import org.jspecify.annotations.NullMarked;

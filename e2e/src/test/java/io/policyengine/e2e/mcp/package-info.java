/** MCP behind real Envoys: the official libraries as servers and clients, and attacks. */
@NullMarked
package io.policyengine.e2e.mcp;

import org.jspecify.annotations.NullMarked;

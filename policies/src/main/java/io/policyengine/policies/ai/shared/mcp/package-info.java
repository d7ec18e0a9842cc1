/** Tools of the Model Context Protocol: digests of their definitions, and the file that pins them. */
@NullMarked
package io.policyengine.policies.ai.shared.mcp;

import org.jspecify.annotations.NullMarked;

/** Tests of {@code mcp-lock}. */
@NullMarked
package io.policyengine.app.mcp;

import org.jspecify.annotations.NullMarked;

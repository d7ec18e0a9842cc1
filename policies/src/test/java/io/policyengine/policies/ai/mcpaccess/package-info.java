@NullMarked
package io.policyengine.policies.ai.mcpaccess;

import org.jspecify.annotations.NullMarked;

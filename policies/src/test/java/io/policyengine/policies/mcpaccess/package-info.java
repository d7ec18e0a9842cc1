@NullMarked
package io.policyengine.policies.mcpaccess;

import org.jspecify.annotations.NullMarked;

/** Policy {@code costLimit}: limits the cost of the models that a client uses. */
@NullMarked
package io.policyengine.policies.ai.costlimit;

import org.jspecify.annotations.NullMarked;

/** Policy {@code costLimit}: limits what the models that a client uses may cost. */
@NullMarked
package io.policyengine.policies.ai.costlimit;

import org.jspecify.annotations.NullMarked;

/** Policy {@code costLimit}: limits what the models that a client uses may cost. */
@NullMarked
package io.policyengine.policies.costlimit;

import org.jspecify.annotations.NullMarked;

/** Policy {@code modelRouter}: changes the model or the route of requests by the model that they name. */
@NullMarked
package io.policyengine.policies.ai.modelrouter;

import org.jspecify.annotations.NullMarked;

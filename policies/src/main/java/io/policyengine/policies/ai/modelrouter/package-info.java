/** Policy {@code modelRouter}: gives requests another model, or another route, by the model that they name. */
@NullMarked
package io.policyengine.policies.ai.modelrouter;

import org.jspecify.annotations.NullMarked;

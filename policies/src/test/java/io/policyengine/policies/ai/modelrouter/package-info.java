/** Tests of policy {@code modelRouter}. */
@NullMarked
package io.policyengine.policies.ai.modelrouter;

import org.jspecify.annotations.NullMarked;

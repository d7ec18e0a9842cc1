/** Tests of policy {@code modelRouter}. */
@NullMarked
package io.policyengine.policies.modelrouter;

import org.jspecify.annotations.NullMarked;

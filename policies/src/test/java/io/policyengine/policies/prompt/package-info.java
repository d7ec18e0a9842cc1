/** Tests of {@link io.policyengine.policies.prompt}. */
@NullMarked
package io.policyengine.policies.prompt;

import org.jspecify.annotations.NullMarked;

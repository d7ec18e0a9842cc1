/** Tests of {@link io.policyengine.policies.ai.shared.prompt}. */
@NullMarked
package io.policyengine.policies.ai.shared.prompt;

import org.jspecify.annotations.NullMarked;

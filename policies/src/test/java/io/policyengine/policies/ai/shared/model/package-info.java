/** Tests of {@link io.policyengine.policies.ai.shared.model}. */
@NullMarked
package io.policyengine.policies.ai.shared.model;

import org.jspecify.annotations.NullMarked;

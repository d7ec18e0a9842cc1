/** Tests of {@link io.policyengine.policies.model}. */
@NullMarked
package io.policyengine.policies.model;

import org.jspecify.annotations.NullMarked;

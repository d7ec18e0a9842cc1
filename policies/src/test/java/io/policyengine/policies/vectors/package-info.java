/** Test vectors that others wrote. */
@NullMarked
package io.policyengine.policies.vectors;

import org.jspecify.annotations.NullMarked;

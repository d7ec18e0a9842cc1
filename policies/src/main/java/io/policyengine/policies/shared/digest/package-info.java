/** Digests as values that can be compared and looked up. */
@NullMarked
package io.policyengine.policies.shared.digest;

import org.jspecify.annotations.NullMarked;

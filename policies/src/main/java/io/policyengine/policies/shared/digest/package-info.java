/** Digests as values that can be compared, and used as keys. */
@NullMarked
package io.policyengine.policies.shared.digest;

import org.jspecify.annotations.NullMarked;

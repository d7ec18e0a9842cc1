/** Tests. */
@NullMarked
package io.policyengine.policies.shared.digest;

import org.jspecify.annotations.NullMarked;

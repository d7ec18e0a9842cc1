/** Tests. */
@NullMarked
package io.policyengine.policies.idempotency;

import org.jspecify.annotations.NullMarked;

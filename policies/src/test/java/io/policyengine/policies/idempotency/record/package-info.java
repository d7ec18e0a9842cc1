/** Tests. */
@NullMarked
package io.policyengine.policies.idempotency.record;

import org.jspecify.annotations.NullMarked;

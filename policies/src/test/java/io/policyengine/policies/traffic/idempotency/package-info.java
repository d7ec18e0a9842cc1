/** Tests. */
@NullMarked
package io.policyengine.policies.traffic.idempotency;

import org.jspecify.annotations.NullMarked;

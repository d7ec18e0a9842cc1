/** The record of a request in the store: who runs it, and what its answer was. */
@NullMarked
package io.policyengine.policies.traffic.idempotency.record;

import org.jspecify.annotations.NullMarked;

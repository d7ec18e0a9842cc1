/** The record of a request with an idempotency key in the store: its execution and its response. */
@NullMarked
package io.policyengine.policies.traffic.idempotency.record;

import org.jspecify.annotations.NullMarked;

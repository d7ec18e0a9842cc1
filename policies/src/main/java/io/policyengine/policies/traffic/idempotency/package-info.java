/** Policy {@code idempotency}: runs a request that is sent several times once, and gives all of them its answer. */
@NullMarked
package io.policyengine.policies.traffic.idempotency;

import org.jspecify.annotations.NullMarked;

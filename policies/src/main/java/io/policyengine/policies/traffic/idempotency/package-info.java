/** Policy {@code idempotency}: runs a repeated request once, and gives all repetitions its response. */
@NullMarked
package io.policyengine.policies.traffic.idempotency;

import org.jspecify.annotations.NullMarked;

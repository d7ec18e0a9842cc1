/** Policy {@code idempotency}: runs a repeated request only once, and sends its response to all repetitions. */
@NullMarked
package io.policyengine.policies.traffic.idempotency;

import org.jspecify.annotations.NullMarked;

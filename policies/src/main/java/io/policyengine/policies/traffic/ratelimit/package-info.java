/** Policy {@code rateLimit}: a token bucket for each client. */
@NullMarked
package io.policyengine.policies.traffic.ratelimit;

import org.jspecify.annotations.NullMarked;

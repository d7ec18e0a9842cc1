/** Limits that count requests by key in a store, several in one step; used by {@code rateLimit} and {@code quota}. */
@NullMarked
package io.policyengine.policies.traffic.shared.counting;

import org.jspecify.annotations.NullMarked;

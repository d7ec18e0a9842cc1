/** Limits that count requests by key, several in one step, in a store: what {@code rateLimit} and {@code quota} have in common. */
@NullMarked
package io.policyengine.policies.traffic.shared.counting;

import org.jspecify.annotations.NullMarked;

/**
 * Limits that count requests by key in a store, several limits in one step; used by {@code rateLimit} and
 * {@code quota}. The package has over twenty types, since it also has the parameters, keys and spans that token budgets
 * share.
 */
@NullMarked
package io.policyengine.policies.traffic.shared.counting;

import org.jspecify.annotations.NullMarked;

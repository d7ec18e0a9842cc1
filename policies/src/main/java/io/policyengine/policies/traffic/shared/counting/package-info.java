/**
 * Limits that count requests by key in a store, several in one step; used by {@code rateLimit} and {@code quota}. Over
 * twenty types, since it also has the parameters, keys and spans that token budgets share.
 */
@NullMarked
package io.policyengine.policies.traffic.shared.counting;

import org.jspecify.annotations.NullMarked;

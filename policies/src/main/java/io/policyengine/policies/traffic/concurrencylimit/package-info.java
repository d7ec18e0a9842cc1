/** Policy {@code concurrencyLimit}: limits how many requests of a client are under way at once. */
@NullMarked
package io.policyengine.policies.traffic.concurrencylimit;

import org.jspecify.annotations.NullMarked;

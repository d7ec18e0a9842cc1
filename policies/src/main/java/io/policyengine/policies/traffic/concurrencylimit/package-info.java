/** Policy {@code concurrencyLimit}: limits the concurrent requests of a client. */
@NullMarked
package io.policyengine.policies.traffic.concurrencylimit;

import org.jspecify.annotations.NullMarked;

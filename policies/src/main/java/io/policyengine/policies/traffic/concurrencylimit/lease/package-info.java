/** Permits in a shared store, as leases that expire unless they are renewed. */
@NullMarked
package io.policyengine.policies.traffic.concurrencylimit.lease;

import org.jspecify.annotations.NullMarked;

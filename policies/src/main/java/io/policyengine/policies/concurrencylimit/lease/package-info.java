/** Permits in a store: leases that expire unless they are renewed. */
@NullMarked
package io.policyengine.policies.concurrencylimit.lease;

import org.jspecify.annotations.NullMarked;

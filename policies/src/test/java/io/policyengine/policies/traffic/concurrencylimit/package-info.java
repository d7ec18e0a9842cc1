/** Tests. */
@NullMarked
package io.policyengine.policies.traffic.concurrencylimit;

import org.jspecify.annotations.NullMarked;

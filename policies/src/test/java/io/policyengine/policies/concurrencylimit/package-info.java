/** Tests. */
@NullMarked
package io.policyengine.policies.concurrencylimit;

import org.jspecify.annotations.NullMarked;

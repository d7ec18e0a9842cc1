/** Tests. */
@NullMarked
package io.policyengine.policies.traffic.ratelimit;

import org.jspecify.annotations.NullMarked;

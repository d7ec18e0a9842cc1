/** Tests. */
@NullMarked
package io.policyengine.policies.ratelimit;

import org.jspecify.annotations.NullMarked;

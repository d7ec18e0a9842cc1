/** Limits and their algorithms: buckets, and fixed, sliding and calendar windows. */
@NullMarked
package io.policyengine.policies.traffic.shared.limit;

import org.jspecify.annotations.NullMarked;

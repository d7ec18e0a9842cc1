/** The caching rules of RFC 9111 and related RFCs: freshness, storability, Vary, preconditions, ranges. */
@NullMarked
package io.policyengine.policies.traffic.cache.rules;

import org.jspecify.annotations.NullMarked;

/**
 * The caching rules of RFC 9111 and of the RFCs that it refers to: freshness, storability, Vary, preconditions, ranges.
 */
@NullMarked
package io.policyengine.policies.traffic.cache.rules;

import org.jspecify.annotations.NullMarked;

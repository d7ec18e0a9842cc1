/** RFC 9111 and its references as functions of a message: directives, freshness, storability, preconditions, ranges. */
@NullMarked
package io.policyengine.policies.traffic.cache.rules;

import org.jspecify.annotations.NullMarked;

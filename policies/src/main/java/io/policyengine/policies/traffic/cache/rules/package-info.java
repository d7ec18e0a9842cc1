/** RFC 9111 and what it refers to, as functions of a message: directives, freshness, what may be stored, preconditions, ranges. */
@NullMarked
package io.policyengine.policies.traffic.cache.rules;

import org.jspecify.annotations.NullMarked;

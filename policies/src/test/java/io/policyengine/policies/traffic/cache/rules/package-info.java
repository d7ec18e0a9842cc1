/** Tests of the rules of RFC 9111. */
@NullMarked
package io.policyengine.policies.traffic.cache.rules;

import org.jspecify.annotations.NullMarked;

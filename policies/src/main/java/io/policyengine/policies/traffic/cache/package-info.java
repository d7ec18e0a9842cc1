/** Policy {@code cache}: answers requests from what the upstream answered before (RFC 9111). */
@NullMarked
package io.policyengine.policies.traffic.cache;

import org.jspecify.annotations.NullMarked;

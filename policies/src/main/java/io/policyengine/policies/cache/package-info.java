/** Policy {@code cache}: answers requests from what the upstream answered before (RFC 9111). */
@NullMarked
package io.policyengine.policies.cache;

import org.jspecify.annotations.NullMarked;

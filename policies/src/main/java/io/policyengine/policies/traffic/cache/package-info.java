/** Policy {@code cache}: answers requests from stored responses of the upstream (RFC 9111). */
@NullMarked
package io.policyengine.policies.traffic.cache;

import org.jspecify.annotations.NullMarked;

/** Redis servers, clusters and Sentinel groups as separate processes, for tests that need real Redis. */
@Internal
@NullMarked
package io.policyengine.testkit.redis;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

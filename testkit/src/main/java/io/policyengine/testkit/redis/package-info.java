/** Redis servers as separate processes, alone or in groups, for tests that need real ones. */
@Internal
@NullMarked
package io.policyengine.testkit.redis;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

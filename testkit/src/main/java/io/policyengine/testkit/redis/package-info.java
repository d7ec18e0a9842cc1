/** Redis servers as processes of their own, alone or together, for tests that need real ones. */
@Internal
@NullMarked
package io.policyengine.testkit.redis;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

/** Buffers that nobody released, as tests look for them. */
@Internal
@NullMarked
package io.policyengine.testkit.leaks;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

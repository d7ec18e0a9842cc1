/** Detects unreleased buffers in tests. */
@Internal
@NullMarked
package io.policyengine.testkit.leaks;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

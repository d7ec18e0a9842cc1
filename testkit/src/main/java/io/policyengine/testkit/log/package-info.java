/** Captures log lines in tests. */
@Internal
@NullMarked
package io.policyengine.testkit.log;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

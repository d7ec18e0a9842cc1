/** The keys of log lines, and the levels and throttles of logging. */
@Internal
@NullMarked
package io.policyengine.core.log;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

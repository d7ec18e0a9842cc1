/** The keys of log lines, which docs/reference/log-fields.md lists. */
@Internal
@NullMarked
package io.policyengine.core.log;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

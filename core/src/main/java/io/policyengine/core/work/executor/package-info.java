/** The threads of a process for work off its event loops. */
@Internal
@NullMarked
package io.policyengine.core.work.executor;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

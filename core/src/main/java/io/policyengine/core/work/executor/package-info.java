/** The threads of a process that work beside its event loops. */
@Internal
@NullMarked
package io.policyengine.core.work.executor;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

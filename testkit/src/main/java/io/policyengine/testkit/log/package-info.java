/** The log, as tests look at it. */
@Internal
@NullMarked
package io.policyengine.testkit.log;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

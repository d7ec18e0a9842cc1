/** The results and failures of a chain, as kernel and workers tell them to each other. */
@Internal
@NullMarked
package io.policyengine.core.chain;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

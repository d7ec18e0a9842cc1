/** The results and failures of a chain, exchanged between kernel and workers. */
@Internal
@NullMarked
package io.policyengine.core.chain;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

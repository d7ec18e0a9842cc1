/** The values that policies keep for exchanges under way. */
@Internal
@NullMarked
package io.policyengine.core.exchange;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

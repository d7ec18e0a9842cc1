/** From the texts of a conf directory to records, with everything that is wrong and where. */
@Internal
@NullMarked
package io.policyengine.core.config.reading;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

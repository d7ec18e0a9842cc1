/** The step from the texts of a conf directory to records and problems with positions. */
@Internal
@NullMarked
package io.policyengine.core.config.reading;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

/**
 * Converts the texts of a conf directory to records and to problems with positions. The package has over twenty types,
 * since each section of the files has its own reader or rules.
 */
@Internal
@NullMarked
package io.policyengine.core.config.reading;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

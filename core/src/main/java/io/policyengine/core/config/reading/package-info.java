/** From the texts of a conf directory to records, with everything that is wrong and where. */
@NullMarked
package io.policyengine.core.config.reading;

import org.jspecify.annotations.NullMarked;

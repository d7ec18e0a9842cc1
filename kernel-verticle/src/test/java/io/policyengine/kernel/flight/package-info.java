/** Tests of the flight recorder. */
@NullMarked
package io.policyengine.kernel.flight;

import org.jspecify.annotations.NullMarked;

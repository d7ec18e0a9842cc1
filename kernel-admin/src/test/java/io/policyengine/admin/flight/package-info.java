/** Tests of the flight recorder. */
@NullMarked
package io.policyengine.admin.flight;

import org.jspecify.annotations.NullMarked;

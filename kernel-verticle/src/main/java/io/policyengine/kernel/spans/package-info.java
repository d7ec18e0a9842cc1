/** Creates the spans of finished exchanges from their records, and exports them. */
@NullMarked
package io.policyengine.kernel.spans;

import org.jspecify.annotations.NullMarked;

/** The refusal of exchanges before an event loop has more to do than it can, by priority. */
@NullMarked
package io.policyengine.kernel.overload;

import org.jspecify.annotations.NullMarked;

/** Judges a change of the running configuration: which routes it loses or opens, and whether that is permitted. */
@NullMarked
package io.policyengine.kernel.change;

import org.jspecify.annotations.NullMarked;

/** Time that a test moves by hand. */
@NullMarked
package io.policyengine.testkit.time;

import org.jspecify.annotations.NullMarked;

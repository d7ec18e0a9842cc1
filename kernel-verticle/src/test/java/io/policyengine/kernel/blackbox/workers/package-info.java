/** Workers that come, go, share policies, mean harm or cannot prepare a chain. */
@NullMarked
package io.policyengine.kernel.blackbox.workers;

import org.jspecify.annotations.NullMarked;

/** Chains: all or nothing, in the shadow, and what they leave for the response. */
@NullMarked
package io.policyengine.kernel.blackbox.chains;

import org.jspecify.annotations.NullMarked;

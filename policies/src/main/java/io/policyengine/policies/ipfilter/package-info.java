/** Policy {@code ipFilter}: lets clients pass, or not, by their address. */
@NullMarked
package io.policyengine.policies.ipfilter;

import org.jspecify.annotations.NullMarked;

/** Policy {@code ipFilter}: lets clients pass, or not, by their address. */
@NullMarked
package io.policyengine.policies.access.ipfilter;

import org.jspecify.annotations.NullMarked;

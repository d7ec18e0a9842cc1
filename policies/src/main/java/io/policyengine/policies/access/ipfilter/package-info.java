/** Policy {@code ipFilter}: allows or refuses clients by their address. */
@NullMarked
package io.policyengine.policies.access.ipfilter;

import org.jspecify.annotations.NullMarked;

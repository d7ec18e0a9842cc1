/** Policy {@code ipFilter}: allows and refuses clients by their address. */
@NullMarked
package io.policyengine.policies.access.ipfilter;

import org.jspecify.annotations.NullMarked;

/** Policy {@code faultInjection}: delays or refuses a share of the requests, to see what depends on them. */
@NullMarked
package io.policyengine.policies.traffic.faultinjection;

import org.jspecify.annotations.NullMarked;

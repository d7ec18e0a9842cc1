/** Policy {@code faultInjection}: delays or refuses a share of the requests, to test how clients handle faults. */
@NullMarked
package io.policyengine.policies.traffic.faultinjection;

import org.jspecify.annotations.NullMarked;

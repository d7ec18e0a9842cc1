/** Policy {@code quota}: limits how much a client may use in an hour, day, week or month of the calendar. */
@NullMarked
package io.policyengine.policies.traffic.quota;

import org.jspecify.annotations.NullMarked;

/** Policy {@code usageMetering}: reports the usage of each exchange as a CloudEvent. */
@NullMarked
package io.policyengine.policies.records.usagemetering;

import org.jspecify.annotations.NullMarked;

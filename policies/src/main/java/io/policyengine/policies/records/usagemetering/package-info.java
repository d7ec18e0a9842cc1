/** Policy {@code usageMetering}: a CloudEvent for each exchange, with its usage. */
@NullMarked
package io.policyengine.policies.records.usagemetering;

import org.jspecify.annotations.NullMarked;

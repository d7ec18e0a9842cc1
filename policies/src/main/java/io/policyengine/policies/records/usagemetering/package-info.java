/** Policy {@code usageMetering}: one CloudEvent with the usage of each exchange. */
@NullMarked
package io.policyengine.policies.records.usagemetering;

import org.jspecify.annotations.NullMarked;

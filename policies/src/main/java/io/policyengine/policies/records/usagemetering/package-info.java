/** The policy {@code usageMetering}: one CloudEvent for each exchange, with what was used. */
@NullMarked
package io.policyengine.policies.records.usagemetering;

import org.jspecify.annotations.NullMarked;

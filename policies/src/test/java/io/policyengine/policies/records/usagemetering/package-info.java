/** Tests of {@code usageMetering}. */
@NullMarked
package io.policyengine.policies.records.usagemetering;

import org.jspecify.annotations.NullMarked;

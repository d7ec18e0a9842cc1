/** Tests of {@code usageMetering}. */
@NullMarked
package io.policyengine.policies.usagemetering;

import org.jspecify.annotations.NullMarked;

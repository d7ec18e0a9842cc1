/** Tests. */
@NullMarked
package io.policyengine.policies.traffic.quota;

import org.jspecify.annotations.NullMarked;

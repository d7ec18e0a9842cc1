/** Tests. */
@NullMarked
package io.policyengine.policies.traffic.canary;

import org.jspecify.annotations.NullMarked;

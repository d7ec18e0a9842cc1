/** Tests. */
@NullMarked
package io.policyengine.policies.traffic.shared.counting;

import org.jspecify.annotations.NullMarked;

/** Tests. */
@NullMarked
package io.policyengine.policies.traffic.faultinjection;

import org.jspecify.annotations.NullMarked;

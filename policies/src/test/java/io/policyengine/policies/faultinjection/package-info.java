/** Tests. */
@NullMarked
package io.policyengine.policies.faultinjection;

import org.jspecify.annotations.NullMarked;

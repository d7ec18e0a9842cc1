/** Tests. */
@NullMarked
package io.policyengine.policies.transformbody;

import org.jspecify.annotations.NullMarked;

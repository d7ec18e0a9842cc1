/** Tests. */
@NullMarked
package io.policyengine.policies.message.transformbody;

import org.jspecify.annotations.NullMarked;

/** Tests. */
@NullMarked
package io.policyengine.policies.rolecheck;

import org.jspecify.annotations.NullMarked;

/** Tests. */
@NullMarked
package io.policyengine.policies.access.rolecheck;

import org.jspecify.annotations.NullMarked;

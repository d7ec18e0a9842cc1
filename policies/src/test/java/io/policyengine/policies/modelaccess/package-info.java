/** Tests of policy {@code modelAccess}. */
@NullMarked
package io.policyengine.policies.modelaccess;

import org.jspecify.annotations.NullMarked;

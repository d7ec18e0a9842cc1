/** Tests of policy {@code modelAccess}. */
@NullMarked
package io.policyengine.policies.ai.modelaccess;

import org.jspecify.annotations.NullMarked;

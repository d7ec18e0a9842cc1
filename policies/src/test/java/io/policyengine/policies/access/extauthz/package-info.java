/** Tests of the policy {@code extAuthz}. */
@NullMarked
package io.policyengine.policies.access.extauthz;

import org.jspecify.annotations.NullMarked;

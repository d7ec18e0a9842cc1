/** Tests of the policy {@code extAuthz}. */
@NullMarked
package io.policyengine.policies.extauthz;

import org.jspecify.annotations.NullMarked;

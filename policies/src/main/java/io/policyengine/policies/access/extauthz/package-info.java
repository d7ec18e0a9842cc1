/** Policy {@code extAuthz}: lets an authorization service decide, and caches its decisions. */
@NullMarked
package io.policyengine.policies.access.extauthz;

import org.jspecify.annotations.NullMarked;

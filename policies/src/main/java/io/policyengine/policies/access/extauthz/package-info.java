/** Policy {@code extAuthz}: lets an authorization service decide, and remembers what it decided. */
@NullMarked
package io.policyengine.policies.access.extauthz;

import org.jspecify.annotations.NullMarked;

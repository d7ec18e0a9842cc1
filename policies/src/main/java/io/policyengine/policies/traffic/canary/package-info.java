/** Policy {@code canary}: sends a share of the requests to another version of the upstream. */
@NullMarked
package io.policyengine.policies.traffic.canary;

import org.jspecify.annotations.NullMarked;

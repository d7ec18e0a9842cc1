/** Policy {@code jwtValidation}: authenticates by a token signed by a known issuer. */
@NullMarked
package io.policyengine.policies.authentication.jwtvalidation;

import org.jspecify.annotations.NullMarked;

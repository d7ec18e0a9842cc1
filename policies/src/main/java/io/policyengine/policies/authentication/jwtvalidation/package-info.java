/** Policy {@code jwtValidation}: authenticates by a token that a known issuer has signed. */
@NullMarked
package io.policyengine.policies.authentication.jwtvalidation;

import org.jspecify.annotations.NullMarked;

/** Policy {@code jwtValidation}: who brings a token that a known issuer has signed. */
@NullMarked
package io.policyengine.policies.jwtvalidation;

import org.jspecify.annotations.NullMarked;

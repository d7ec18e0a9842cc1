/** Policy {@code apiKeyAuth}: authenticates by a known key. */
@NullMarked
package io.policyengine.policies.authentication.apikeyauth;

import org.jspecify.annotations.NullMarked;

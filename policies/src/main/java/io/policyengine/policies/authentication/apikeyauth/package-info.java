/** Policy {@code apiKeyAuth}: authenticates by an API key. */
@NullMarked
package io.policyengine.policies.authentication.apikeyauth;

import org.jspecify.annotations.NullMarked;

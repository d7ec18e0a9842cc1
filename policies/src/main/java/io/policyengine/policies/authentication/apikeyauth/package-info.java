/** Policy {@code apiKeyAuth}: who presents a known key. */
@NullMarked
package io.policyengine.policies.authentication.apikeyauth;

import org.jspecify.annotations.NullMarked;

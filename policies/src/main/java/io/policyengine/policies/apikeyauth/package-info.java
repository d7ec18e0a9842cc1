/** Policy {@code apiKeyAuth}: who presents a known key. */
@NullMarked
package io.policyengine.policies.apikeyauth;

import org.jspecify.annotations.NullMarked;

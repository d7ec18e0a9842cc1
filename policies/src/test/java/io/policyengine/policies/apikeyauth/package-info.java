/** Tests. */
@NullMarked
package io.policyengine.policies.apikeyauth;

import org.jspecify.annotations.NullMarked;

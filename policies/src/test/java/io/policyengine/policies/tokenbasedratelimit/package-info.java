/** Tests of {@code tokenBasedRateLimit}. */
@NullMarked
package io.policyengine.policies.tokenbasedratelimit;

import org.jspecify.annotations.NullMarked;

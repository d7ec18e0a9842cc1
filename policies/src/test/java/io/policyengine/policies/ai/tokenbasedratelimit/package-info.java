/** Tests of {@code tokenBasedRateLimit}. */
@NullMarked
package io.policyengine.policies.ai.tokenbasedratelimit;

import org.jspecify.annotations.NullMarked;

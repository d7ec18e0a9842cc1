/** Policy {@code tokenBasedRateLimit}: limits how many tokens of models a client may use. */
@NullMarked
package io.policyengine.policies.ai.tokenbasedratelimit;

import org.jspecify.annotations.NullMarked;

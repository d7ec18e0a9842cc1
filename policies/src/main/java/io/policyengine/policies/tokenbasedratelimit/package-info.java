/** Policy {@code tokenBasedRateLimit}: limits how many tokens of models a client may use. */
@NullMarked
package io.policyengine.policies.tokenbasedratelimit;

import org.jspecify.annotations.NullMarked;

/** The clients to which a rule applies: by identity, claims, and request. */
@NullMarked
package io.policyengine.policies.ai.shared.audience;

import org.jspecify.annotations.NullMarked;

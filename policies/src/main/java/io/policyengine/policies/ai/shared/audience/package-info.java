/** The clients that a rule is for: by who they are, what is said of them, and what they send. */
@NullMarked
package io.policyengine.policies.ai.shared.audience;

import org.jspecify.annotations.NullMarked;

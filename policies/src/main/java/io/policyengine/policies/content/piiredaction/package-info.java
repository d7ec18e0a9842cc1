/** Policy {@code piiRedaction}: personal data and secrets in bodies are masked, hashed, or replaced by tokens that the response gives back. */
@NullMarked
package io.policyengine.policies.content.piiredaction;

import org.jspecify.annotations.NullMarked;

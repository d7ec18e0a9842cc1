/** Policy {@code piiRedaction}: masks, hashes or tokenizes personal data and secrets, and restores tokens. */
@NullMarked
package io.policyengine.policies.content.piiredaction;

import org.jspecify.annotations.NullMarked;

/** Policy {@code semanticCache}: answers prompts with stored answers to equivalent prompts. */
@NullMarked
package io.policyengine.policies.ai.semanticcache;

import org.jspecify.annotations.NullMarked;

/** Policy {@code semanticCache}: answers prompts from what a model answered to others that mean the same. */
@NullMarked
package io.policyengine.policies.ai.semanticcache;

import org.jspecify.annotations.NullMarked;

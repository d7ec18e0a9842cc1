/** Tests of {@code semanticCache}: its answer. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.answer;

import org.jspecify.annotations.NullMarked;

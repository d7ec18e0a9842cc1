/** Tests of {@code semanticCache}: its vector. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.vector;

import org.jspecify.annotations.NullMarked;

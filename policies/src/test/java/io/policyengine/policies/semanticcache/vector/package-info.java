/** Tests of {@code semanticCache}: its vector. */
@NullMarked
package io.policyengine.policies.semanticcache.vector;

import org.jspecify.annotations.NullMarked;

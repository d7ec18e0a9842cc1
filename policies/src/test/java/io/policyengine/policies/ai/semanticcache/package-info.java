/** Tests of {@code semanticCache} beyond its cases. */
@NullMarked
package io.policyengine.policies.ai.semanticcache;

import org.jspecify.annotations.NullMarked;

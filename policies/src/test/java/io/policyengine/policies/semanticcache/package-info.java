/** Tests of {@code semanticCache} beyond its cases. */
@NullMarked
package io.policyengine.policies.semanticcache;

import org.jspecify.annotations.NullMarked;

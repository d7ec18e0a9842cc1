/** Tests of {@code semanticCache}: its question. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.question;

import org.jspecify.annotations.NullMarked;
